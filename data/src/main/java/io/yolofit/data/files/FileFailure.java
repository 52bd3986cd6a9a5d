package io.yolofit.data.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Reasons of failed file operations for messages. The JDK's own messages are often nothing but the path.
public final class FileFailure {
    /// What to do if a file or folder cannot be read.
    public static final String REMEDY = "give one that exists and can be read";

    private FileFailure() {
    }

    /// The reason without the path, such as `permission denied`.
    public static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "it does not exist";
            case ClosedByInterruptException _ -> "the thread was interrupted";
            case NotDirectoryException _ -> "it is not a folder";
            case FileAlreadyExistsException _ -> "a file of this name is in the way";
            case FileSystemException system when system.getReason() != null -> lowerCase(system.getReason());
            case IOException other when other.getMessage() != null -> lowerCase(other.getMessage());
            default -> failure.toString();
        };
    }

    /// Messages of the operating system start with a capital letter.
    private static String lowerCase(String message) {
        boolean isWord = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return isWord ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
    }
}

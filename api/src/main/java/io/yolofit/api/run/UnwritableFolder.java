package io.yolofit.api.run;

import io.yolofit.data.files.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reasons why nothing can be written in a folder, for messages.
public final class UnwritableFolder {
    private UnwritableFolder() {}

    /// The path itself, or the nearest one above it that exists.
    public static Path nearestExisting(Path path) {
        Path existing = path.toAbsolutePath().normalize();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }

    /// The reason, with the folder that was tried.
    ///
    /// @param path    of a folder, which need not exist
    /// @param failure to create a file or a folder in the nearest folder that exists
    public static String reason(Path path, IOException failure) {
        Path existing = nearestExisting(path);
        if (!Files.isDirectory(existing)) {
            return existing + " is a file, not a folder";
        }
        // /proc and the like exist, but the system says "no such file" of every new file
        return "nothing can be written in the folder " + existing + ": " + (failure instanceof NoSuchFileException
                ? "its file system takes no new files" : FileFailure.reason(failure));
    }
}

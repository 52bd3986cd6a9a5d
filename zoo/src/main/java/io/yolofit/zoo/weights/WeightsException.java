package io.yolofit.zoo.weights;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A weights file could not be read or written. The message gives the problem with its numbers, the place (file,
/// tensor, byte) and a fix. There are no partial results.
public final class WeightsException extends YoloFitException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_PART_LENGTH = 1000;

    private static final Pattern TORCH = Pattern.compile("\\.pth?\\b");

    /// `place` is the file, with tensor or byte; `remedy` is an imperative; `cause` may be null.
    public WeightsException(String problem, String place, String remedy, Throwable cause) {
        super(new Failure("%s%n    in  %s%n    %s".formatted(clip(problem), clip(place), remedy), clip(problem),
                clip(place), remedy), cause);
    }

    /// Without a causing exception, for a problem of the content.
    public WeightsException(String problem, String place, String remedy) {
        this(problem, place, remedy, null);
    }

    /// Whether the problem is in a file of PyTorch.
    public boolean isInTorchFile() {
        return TORCH.matcher(where()).find();
    }

    /// A file that the system cannot read, with the system's reason.
    static WeightsException unreadable(Path file, IOException failure) {
        String reason = switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "there is no such file";
            case ClosedByInterruptException _ -> "the thread was interrupted";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
        return new WeightsException("cannot read the file: " + reason, file.toString(),
                failure instanceof ClosedByInterruptException ? "repeat it in a thread that is not interrupted"
                        : "give another file, or make this one readable", failure);
    }

    /// Names in a damaged file can be megabytes long.
    private static String clip(String text) {
        return text.length() <= MAX_PART_LENGTH ? text : text.substring(0, MAX_PART_LENGTH) + " ...";
    }
}

package io.yolofit.api;

import io.yolofit.base.YoloFitException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.plan.search.NothingFitsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Failures that a user can fix, as [YoloFitException]. All others are bugs and stay as they are.
final class Failures {
    private Failures() {}

    /// Runs the work.
    ///
    /// @param where for failures of the file system
    static <T> T translated(String where, Callable<T> work) {
        try {
            return work.call();
        } catch (NothingFitsException full) {
            throw new DoesNotFitException(full, full.where());
        } catch (OutOfDeviceMemoryException full) {
            throw new DoesNotFitException(full);
        } catch (YoloFitException known) {
            throw known;
        } catch (Exception failure) {
            Optional<YoloFitException> known = known(where, failure);
            if (known.isPresent()) {
                throw known.get();
            }
            throw failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
        }
    }

    private static Optional<YoloFitException> known(String where, Exception failure) {
        return Optional.ofNullable(switch (failure) {
            case UncheckedIOException io -> file(where, io.getCause());
            case IOException io -> file(where, io);
            default -> null;
        });
    }

    private static YoloFitException file(String where, IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> new YoloFitException("no such file or folder", missing.getFile(),
                    "give one that exists", failure);
            case AccessDeniedException denied -> new YoloFitException("permission denied", denied.getFile(),
                    "change its permissions, or give another one", failure);
            case ClosedByInterruptException _ -> new YoloFitException("the thread was interrupted", where,
                    "repeat it in a thread that is not interrupted", failure);
            case FileAlreadyExistsException taken -> new YoloFitException("already exists", taken.getFile(),
                    "give another one", failure);
            case FileSystemException other when other.getReason() != null -> new YoloFitException(other.getReason(),
                    other.getFile(), "check its permissions and the free space", failure);
            default -> new YoloFitException(failure.getMessage() == null ? failure.toString() : failure.getMessage(),
                    where, "check the file, its permissions and the free space", failure);
        };
    }
}

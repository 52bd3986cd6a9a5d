package io.yolofit.app;

import io.yolofit.app.command.CommandException;
import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StoppedException;
import io.yolofit.app.device.DeviceSelection;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.graph.ModelException;
import io.yolofit.train.options.OptionsException;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the user sees of a failure: one message; the stack trace only on request, or if the failure is our own fault.
final class ErrorReport {
    private final Console console;
    private final boolean verbose;

    ErrorReport(Console console, boolean verbose) {
        this.console = console;
        this.verbose = verbose;
    }

    /// Shows a failure, and says how the process ends.
    ExitCode show(Throwable failure) {
        return switch (failure) {
            case OptionsException wrong -> told(wrong, wrong.getMessage(), ExitCode.USAGE);
            case InterruptedException stopped -> stopped(stopped);
            case ClosedByInterruptException stopped -> stopped(stopped);
            case StoppedException stopped -> told(stopped, stopped.getMessage(), ExitCode.INTERRUPTED);
            case CommandException known -> told(known, "error: " + known.getMessage(), known.code());
            case ArchitectureException wrong -> told(wrong, "error: " + wrong.getMessage(), ExitCode.USAGE);
            case DatasetException wrong -> told(wrong, "error: " + wrong.getMessage(), ExitCode.USAGE);
            case ModelException wrong -> told(wrong, "error: " + wrong.getMessage(), ExitCode.USAGE);
            case WeightsException damaged -> told(damaged, "error: " + damaged.getMessage(), ExitCode.FAILURE);
            case DeviceSelection.NotThere wrong -> told(wrong, "error: " + wrong.getMessage(), ExitCode.USAGE);
            case CudaException failed -> told(failed, "error: " + failed.getMessage(), ExitCode.FAILURE);
            case OutOfDeviceMemoryException full -> told(full, "error: " + full.getMessage(), ExitCode.FAILURE);
            case EngineException failed -> told(failed, "error: " + failed.getMessage(), ExitCode.FAILURE);
            case UncheckedIOException unchecked -> show(unchecked.getCause());
            case IOException io -> told(io, "error: " + described(io), ExitCode.FAILURE);
            case OutOfMemoryError full -> told(full, "error: Java's heap is full (" + full.getMessage()
                    + "); give it more with -Xmx, or use a smaller batch or cache=disk", ExitCode.FAILURE);
            default -> bug(failure);
        };
    }

    private ExitCode told(Throwable failure, String message, ExitCode code) {
        console.error(message);
        if (verbose) {
            console.trace(failure);
        }
        return code;
    }

    private ExitCode stopped(Exception stopped) {
        return told(stopped, "stopped", ExitCode.INTERRUPTED);
    }

    private ExitCode bug(Throwable failure) {
        console.trace(failure);
        console.error("This is a bug in yolofit, not in what you did. Please report it with the lines above, the "
                + "command and the output of `yolofit doctor` (" + Version.text() + ").");
        return ExitCode.FAILURE;
    }

    /// The file system's own messages are often no more than a path.
    private static String described(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "there is no file or folder " + missing.getFile();
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileAlreadyExistsException taken -> taken.getFile() + " exists already";
            case FileSystemException other when other.getReason() != null ->
                other.getFile() + ": " + other.getReason();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}

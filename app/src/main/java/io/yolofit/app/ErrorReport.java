package io.yolofit.app;

import io.yolofit.api.device.DeviceSelection;
import io.yolofit.app.command.CommandException;
import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StoppedException;
import io.yolofit.base.Troubleshooting;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.engine.DeviceException;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.MeetingStoppedException;
import io.yolofit.train.options.OptionType;
import io.yolofit.train.options.OptionsException;
import io.yolofit.train.trainer.DivergedException;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reports a failure to the user with one message. The stack trace is printed on request or if the failure is a bug.
final class ErrorReport {
    private final Console console;
    private final boolean verbose;

    ErrorReport(Console console, boolean verbose) {
        this.console = console;
        this.verbose = verbose;
    }

    /// Reports a failure and returns the exit code of the process.
    ExitCode show(Throwable failure) {
        return switch (failure) {
            case OptionsException wrong -> reported(wrong, wrong.getMessage(), ExitCode.USAGE);
            case InterruptedException stopped -> stopped(stopped);
            case ClosedByInterruptException stopped -> stopped(stopped);
            case StoppedException stopped -> reported(stopped, stopped.getMessage(),
                    stopped.isByAnotherProcess() ? ExitCode.TERMINATED : ExitCode.INTERRUPTED);
            case CommandException known -> error(known, known.code());
            case WeightsException _, DivergedException _, DeviceException _, OutOfDeviceMemoryException _,
                    CommunicationException _, EngineException _ -> error(failure, ExitCode.FAILURE);
            case YoloFitException wrong -> error(wrong, ExitCode.USAGE);
            case MeetingStoppedException stopped -> reported(stopped, stopped.getMessage(), ExitCode.INTERRUPTED);
            case InvalidPathException wrong -> reported(wrong, "error: '" + wrong.getInput() + "' "
                    + OptionType.PathType.reason(wrong), ExitCode.USAGE);
            case UncheckedIOException unchecked -> show(unchecked.getCause());
            case IOException io -> reported(io, "error: " + described(io), ExitCode.FAILURE);
            case OutOfMemoryError full -> reported(full, "error: Java's heap is full (" + full.getMessage()
                    + "); raise the limit with -Xmx, or use a smaller batch or cache=disk", ExitCode.FAILURE);
            default -> bug(failure);
        };
    }

    /// The sections of the documents about a failure, or about each of several that it reports together.
    private static String sections(Throwable failure) {
        return Stream.concat(Stream.of(failure), Arrays.stream(failure.getSuppressed()))
                .flatMap(one -> section(one).stream()).distinct().map(section -> "\n" + section.line())
                .collect(Collectors.joining());
    }

    private static Optional<Troubleshooting> section(Throwable failure) {
        return Optional.ofNullable(switch (failure) {
            case OptionsException wrong when wrong.hasForeign() -> Troubleshooting.OPTIONS;
            case DatasetException.NoLabels _ -> Troubleshooting.LABELS;
            case WeightsException damaged when damaged.isInTorchFile() -> Troubleshooting.CHECKPOINT;
            case DivergedException _ -> Troubleshooting.DIVERGED;
            case DeviceSelection.NotThere absent -> absent.section();
            case OutOfDeviceMemoryException _ -> Troubleshooting.OUT_OF_MEMORY;
            case EngineException.UnsupportedType _ -> Troubleshooting.HALF;
            case OutOfMemoryError _ -> Troubleshooting.HEAP;
            default -> null;
        });
    }

    private ExitCode error(Throwable failure, ExitCode code) {
        return reported(failure, "error: " + failure.getMessage(), code);
    }

    private ExitCode reported(Throwable failure, String message, ExitCode code) {
        console.error(message + sections(failure));
        if (verbose) {
            console.trace(failure);
        }
        return code;
    }

    private ExitCode stopped(Exception stopped) {
        return reported(stopped, "stopped", ExitCode.INTERRUPTED);
    }

    private ExitCode bug(Throwable failure) {
        console.trace(failure);
        console.error("This is a bug in yolofit, not a mistake of yours. Please report it with the lines above, "
                + "the command and the output of `yolofit doctor` (" + Version.text() + ").");
        return ExitCode.FAILURE;
    }

    /// The message of a file system exception is often only a path.
    private static String described(IOException failure) {
        return switch (failure) {
            case CharacterCodingException _ -> "a file is not UTF-8 text; save it as UTF-8";
            case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case FileAlreadyExistsException taken -> taken.getFile() + " already exists";
            case FileSystemException other when other.getReason() != null ->
                other.getFile() + ": " + other.getReason();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}

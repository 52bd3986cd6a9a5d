package io.yolofit.api;

import io.yolofit.api.device.DeviceSelection;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.engine.DeviceException;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.graph.ModelException;
import io.yolofit.train.options.OptionsException;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.plan.search.Alternative;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.trainer.DivergedException;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// Failures that a user can fix, as [YoloFitException]. All others are bugs and stay as they are.
final class Failures {
    /// Wrong options. The message lists all of them, each with its remedy.
    private static final class WrongOptions extends YoloFitException {
        private static final long serialVersionUID = 1L;

        private WrongOptions(OptionsException wrong) {
            super(wrong.what(), wrong.where(), wrong.remedy(), wrong);
        }

        @Override
        public String getMessage() {
            return getCause().getMessage();
        }
    }

    private Failures() {}

    /// Runs the work.
    ///
    /// @param where for failures of the file system
    static <T> T translated(String where, Callable<T> work) {
        try {
            return work.call();
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
            case NothingFitsException full -> new YoloFitException(full.getMessage(), "memory", nearest(full), full);
            case OutOfDeviceMemoryException full -> failed(full, "use a smaller batch or image size");
            case OptionsException wrong -> new WrongOptions(wrong);
            case DatasetException wrong -> failed(wrong, "");
            case ArchitectureException wrong -> failed(wrong, "");
            case ModelException wrong -> failed(wrong, "");
            case WeightsException damaged -> failed(damaged, "");
            case DivergedException diverged -> failed(diverged, "");
            case DeviceSelection.NotThere absent -> failed(absent, "");
            case DeviceException failed -> failed(failed, "");
            case PlanException wrong -> failed(wrong, "");
            case EngineException.NotOnClassPath missing -> new YoloFitException(missing.problem(), "device=",
                    missing.remedy(), missing);
            case EngineException failed -> failed(failed, "");
            case UncheckedIOException io -> file(where, io.getCause());
            case IOException io -> file(where, io);
            default -> null;
        });
    }

    /// A failure whose message already has its place.
    private static YoloFitException failed(RuntimeException failure, String remedy) {
        return new YoloFitException(failure.getMessage(), "", remedy, failure);
    }

    private static YoloFitException file(String where, IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> new YoloFitException("no such file or folder", missing.getFile(), "",
                    failure);
            case AccessDeniedException denied -> new YoloFitException("permission denied", denied.getFile(), "",
                    failure);
            default -> new YoloFitException(failure.getMessage() == null ? failure.toString() : failure.getMessage(),
                    where, "", failure);
        };
    }

    private static String nearest(NothingFitsException full) {
        return full.nearest().isEmpty() ? "free some memory, or use a smaller model"
                : full.nearest().stream().map(Failures::changes).collect(Collectors.joining(", or ", "these fit: ",
                        ""));
    }

    private static String changes(Alternative run) {
        return run.changed().stream().map(run.options()::explanation).sorted().collect(Collectors.joining(" "));
    }
}

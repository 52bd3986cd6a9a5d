package io.yolofit.api;

import static java.util.Objects.requireNonNull;

import io.yolofit.base.YoloFitException;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.plan.RunPlan;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// The result of a training run.
///
/// @param folder  of the run: `args.yaml`, `results.csv`, `weights/`
/// @param best    checkpoint of the highest mAP50-95; empty if the run was stopped before its first epoch was saved
/// @param last    checkpoint of the last epoch; likewise
/// @param metrics of the best checkpoint (or else the last) on the validation split; empty for a stopped run
/// @param memory  planned and measured
/// @param plan    every program of the run
/// @param ended   number of epochs, best epoch, seconds, and why the run ended
public record TrainingResult(Path folder, Optional<Path> best, Optional<Path> last, Optional<Metrics> metrics,
        Memory memory, RunPlan plan, TrainingEvent.Ended ended) {
    public TrainingResult {
        requireNonNull(folder, "folder");
        requireNonNull(best, "best");
        requireNonNull(last, "last");
        requireNonNull(metrics, "metrics");
        requireNonNull(memory, "memory");
        requireNonNull(plan, "plan");
        requireNonNull(ended, "ended");
    }

    /// Memory of the process on the device, bytes.
    ///
    /// @param planned  before the first step
    /// @param measured at the end of the run; empty on the CPU
    public record Memory(long planned, OptionalLong measured) {
        public Memory {
            requireNonNull(measured, "measured");
        }
    }

    /// The best checkpoint, or else the last.
    ///
    /// @throws YoloFitException if there is none
    public Path weights() {
        return best.or(() -> last).orElseThrow(() -> new YoloFitException("the run has no checkpoint: " + ended.why(),
                folder.toString(), "train at least one epoch"));
    }
}

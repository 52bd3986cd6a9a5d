package io.yolofit.app.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// One run on several GPUs, each with the values that the planner chooses for it. All sizes are bytes.
///
/// @param run     the planned run: "yolov8m, 80 classes, 640 px"
/// @param gpus    in the requested order
/// @param scaling speed on several of each of them, if `ranks=` asks for it; only of those that the run fits on
public record GpuPlans(String run, List<GpuPlan> gpus, List<ScalingReport> scaling) {
    public GpuPlans {
        gpus = List.copyOf(gpus);
        scaling = List.copyOf(scaling);
    }

    /// The first value whose GPU the run fits on.
    ///
    /// @param each one for each GPU
    public <T> Optional<T> fitting(List<T> each) {
        return IntStream.range(0, gpus.size()).filter(i -> gpus.get(i).fits()).mapToObj(each::get).findFirst();
    }

    /// The run on one GPU. Values are null if it does not fit.
    ///
    /// @param gpu             name in the catalog: "rtx3060"
    /// @param title           the maker's name
    /// @param memory          that the driver reports
    /// @param usable          that a process can get
    /// @param batch           images per step
    /// @param accumulate      steps per update
    /// @param recompute       activation checkpointing, as the option takes it
    /// @param process         memory of the process: the arena is exact, the rest estimated
    /// @param imagesPerSecond predicted, without data loading
    /// @param hours           predicted for all epochs; null if the number of images is unknown
    /// @param measured        whether the rates of the prediction were measured on this GPU
    /// @param source          of the rates
    /// @param reason          why the run does not fit; empty if it does
    public record GpuPlan(String gpu, String title, long memory, long usable, boolean fits, Integer batch,
            Integer accumulate, String recompute, String precision, Long process, Double imagesPerSecond, Double hours,
            boolean measured, String source, String reason) {}
}

package io.yolofit.app.doctor;

import io.yolofit.api.run.Targets;
import io.yolofit.engine.AllReduceReport;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Scaling;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.time.KernelTimeModel;
import io.yolofit.train.plan.time.Links;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The speed of several GPUs that is expected of the exchange that was just measured, for a usual run.
final class ExpectedScaling {
    private static final String MODEL = "yolov8s";
    private static final int BATCH = 64;
    private static final int CLASSES = 80;
    /// Below it, several GPUs waste half of their time.
    private static final double POOR = .5;
    private static final double MICRO = 1e-6;

    private ExpectedScaling() {}

    /// Empty for a GPU whose computing rates are not in the catalog.
    ///
    /// @param title of the GPUs, as the driver reports it
    static Optional<Check> of(String title, AllReduceReport probe, int gpus) {
        return GpuCatalog.ofDevice(title).map(gpu -> of(gpu, new Links("measured", probe.bandwidth(gpus),
                latency(probe), 0, "by this check"), gpus));
    }

    /// Seconds of a small sum within a step. The probe launches its sums from the host, 77 us each on four H200, where
    /// those in the CUDA graph of a step take 15 to 20; through host memory the transfer itself is slow.
    static double latency(AllReduceReport probe) {
        double measured = probe.microseconds() * MICRO;
        return probe.direct() ? Math.min(measured, Links.H200.latency()) : measured;
    }

    static Check of(GpuModel gpu, Links links, int gpus) {
        Target catalog = Targets.of(gpu);
        Target target = catalog.with(KernelTimeModel.of(gpu.rates(), catalog.workspace(), links));
        Options options = OptionsParser.parse(Mode.PLAN, List.of("model=" + MODEL, "imgsz=640", "optimizer=SGD",
                "batch=" + BATCH, "nbs=" + BATCH));
        Scaling scaling = Scaling.of(options, Model.of(ArchitectureCatalog.find(MODEL), CLASSES),
                DataFacts.assumed(), target, List.of(gpus)).getLast();
        double own = scaling.efficiency() / (1 - scaling.syncCost());
        String finding = String.format(Locale.ROOT, "%s with %d images on each of %d GPUs is predicted to reach "
                + "%.0f %% of %d times one GPU, %.0f %% with sync_bn=false", MODEL, BATCH, gpus,
                100 * scaling.efficiency(), gpus, 100 * own);
        return scaling.efficiency() < POOR ? Check.warn("scaling", finding, "the exchange takes more than half of a "
                + "step; use fewer GPUs, larger batches, or sync_bn=false") : Check.ok("scaling", finding);
    }
}

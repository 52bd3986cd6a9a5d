package io.yolofit.bench.accuracy;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingImages;
import java.nio.file.Path;
import java.util.Optional;

/// A data set and the recipe that all comparisons share: yolov8n from scratch, 320 px, batch 16, augmentation on, 100
/// epochs, everything else by default.
///
/// @param choice the model with its initial weights, of seed 0
record Workbench(TrainingImages images, ModelChoice choice, Options options) {
    private static final String CPU = "cpu";
    private static final String CUDA = "cuda";
    private static final String MODEL = "yolov8n";
    private static final int IMAGE_SIZE = 320;
    private static final int BATCH_SIZE = 16;
    private static final int MOST_WORKERS = 12;

    /// Scans the data set of a dataset YAML.
    static Workbench open(Path data, Report report) {
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors() - 2L, 1, MOST_WORKERS);
        Options options = Options.defaults(Mode.TRAIN).with(IMGSZ, IMAGE_SIZE).with(BATCH, BATCH_SIZE)
                .with(WORKERS, workers).with(CACHE, CacheChoice.RAM).with(AMP, AmpChoice.FALSE);
        Dataset dataset = Dataset.load(data);
        ModelChoice choice = ModelChoice.forTraining(MODEL, Optional.empty(), dataset.names(), options.get(SEED),
                report::progress);
        TrainingImages images = TrainingImages.scan(dataset, options, IMAGE_SIZE, choice.model().stride(),
                report::progress);
        return new Workbench(images, choice, options);
    }

    /// A rig with an engine of its own, which the rig closes.
    Rig rig(Engine engine, AmpChoice amp) {
        return rig(engine, amp, RecomputeAmount.DEFAULT);
    }

    Rig rig(Engine engine, AmpChoice amp, RecomputeAmount recompute) {
        return new Rig(engine, this, options.with(AMP, amp).with(RECOMPUTE, recompute));
    }

    /// Opens `cpu`, with three quarters of the processors because other programs run at the same time, or `cuda`.
    static Engine engine(String name) {
        return engine(name, CudaOptions.DEFAULT);
    }

    /// @param cudaOptions without effect on the CPU
    static Engine engine(String name, CudaOptions cudaOptions) {
        return switch (name) {
            case CPU -> new CpuEngine(Math.ceilDiv(Runtime.getRuntime().availableProcessors() * 3, 4));
            case CUDA -> CudaEngine.open(0, CacheFolder.path().resolve("cuda"), cudaOptions);
            default -> throw new IllegalArgumentException("no engine '" + name + "'; there are " + CPU + " and "
                    + CUDA);
        };
    }
}

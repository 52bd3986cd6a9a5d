package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.nio.file.Path;

/// Effect of loading and augmentation on the training throughput: img/s of training steps that repeat one batch, and of
/// steps on new batches of a dataset that are loaded concurrently. Both alternate in every round.
///
/// Arguments: dataset YAML, image size, batch, workers, cache (NONE or RAM), precision (F32 or BF16), rounds.
public final class LoadingBenchmark {
    private LoadingBenchmark() {
    }

    public static void main(String[] arguments) {
        Dataset dataset = Dataset.load(Path.of(arguments[0]));
        int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 320;
        int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 16;
        int workers = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 8;
        CacheMode cache = arguments.length > 4 ? CacheMode.valueOf(arguments[4]) : CacheMode.NONE;
        DType precision = arguments.length > 5 ? DType.valueOf(arguments[5]) : DType.BF16;
        int rounds = arguments.length > 6 ? Integer.parseInt(arguments[6]) : 4;
        Console console = Console.ofSystem();
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), dataset.classes());
        SplitScan scan = dataset.train().scan(ScanOptions.defaults());
        CacheEstimate estimate = CacheEstimate.of(scan.images(), size, cache,
                CacheFolder.path()).requireFits();
        LoaderOptions options = LoaderOptions.training(size, batch, Augmentation.defaults(), 0, workers);
        try (Engine engine = new CpuEngine(0);
                TrainingBench bench = new TrainingBench(engine, model, batch, size, precision);
                ImageStore store = ImageStore.open(scan.images(), estimate, 2, done -> { });
                BatchLoader loader = BatchLoader.open(scan.images(), store, options,
                        problem -> console.warn(problem.toString()))) {
            double[] without = new double[rounds];
            double[] with = new double[rounds];
            train(bench, loader, 0, batch, true);
            for (int round = 0; round < rounds; round++) {
                without[round] = train(bench, loader, round + 1, batch, false);
                with[round] = train(bench, loader, round + 1, batch, true);
                console.line("round %d: %.1f img/s without loading, %.1f with".formatted(round + 1, without[round],
                        with[round]));
            }
            double share = TrainingBench.median(with) / TrainingBench.median(without);
            String report = "%d workers, cache %s, %s: %.1f %% of the speed without loading (medians %.1f and %.1f)";
            console.line(report.formatted(workers, cache, precision.text(), 100 * share, TrainingBench.median(with),
                    TrainingBench.median(without)));
        }
    }

    /// Images per second over the complete batches of an epoch.
    private static double train(TrainingBench bench, BatchLoader loader, int epoch, int batch, boolean loading) {
        int whole = loader.imageCount() / batch;
        long start = System.nanoTime();
        if (!loading) {
            for (int i = 0; i < whole; i++) {
                bench.run();
            }
        } else {
            try (EpochBatches batches = loader.epoch(epoch)) {
                for (int i = 0; i < whole; i++) {
                    try (Batch next = batches.next()) {
                        bench.write(next.pixels(), next.targets(), next.offsets());
                    }
                    bench.run();
                }
            }
        }
        return whole * batch / ((System.nanoTime() - start) / 1e9);
    }
}

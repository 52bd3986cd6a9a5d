package io.yolofit.bench;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.SEED;

import io.yolofit.api.device.RankDevices;
import io.yolofit.app.console.Console;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.RankThreads;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingListener;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The losses of the first steps of one run on different numbers of ranks, with the same global batch: the largest
/// relative difference from the first list of devices, for every ten steps.
///
/// Arguments: steps, lists of devices separated by `/` (`cpu/cpu,cpu/cpu,cpu,cpu,cpu` or `0/0,1`), then options of
/// `train` (`model=yolov8n data=cells.yaml batch=16 imgsz=128 amp=false`).
public final class RankLosses {
    private static final int WINDOW = 10;

    private final Options options;
    private final int steps;
    private final Console console = Console.ofSystem();

    private RankLosses(Options options, int steps) {
        this.options = options;
        this.steps = steps;
    }

    public static void main(String[] arguments) throws Exception {
        int steps = Integer.parseInt(arguments[0]);
        Options options = OptionsParser.parse(Mode.TRAIN, Arrays.asList(arguments).subList(2, arguments.length));
        new RankLosses(options, steps).compare(arguments[1].split("/"));
    }

    private void compare(String[] lists) throws Exception {
        List<LossItems> expected = List.of();
        for (String list : lists) {
            long start = System.nanoTime();
            List<LossItems> losses = losses(DeviceChoice.parse(list).orElseThrow());
            console.line("device=%s: %d steps in %.1f s".formatted(list, losses.size(),
                    (System.nanoTime() - start) / 1e9));
            if (expected.isEmpty()) {
                expected = losses;
            }
            for (int first = 0; first < losses.size(); first += WINDOW) {
                int last = Math.min(first + WINDOW, losses.size());
                console.line("    steps %3d to %3d  loss %.5f  largest difference %.2e".formatted(first + 1, last,
                        losses.get(last - 1).sum(), difference(losses.subList(first, last),
                                expected.subList(first, last))));
            }
        }
    }

    private static double difference(List<LossItems> actual, List<LossItems> expected) {
        double largest = 0;
        for (int step = 0; step < actual.size(); step++) {
            for (LossTerm term : LossTerm.values()) {
                double value = expected.get(step).get(term);
                largest = Math.max(largest, Math.abs(actual.get(step).get(term) - value)
                        / Math.max(1e-3, Math.abs(value)));
            }
        }
        return largest;
    }

    private List<LossItems> losses(DeviceChoice choice) throws Exception {
        RankDevices devices = RankDevices.of(choice, false, Launch.ALONE, EngineProviders::devices);
        RankDevices.Group group = devices.meet(options, "benchmark", console, () -> false);
        Path weights = Files.createTempDirectory("ranks");
        return RankThreads.run(group.ends(), rank -> {
            try (Engine engine = devices.open(rank, group, options)) {
                return losses(engine, rank, weights);
            }
        });
    }

    private List<LossItems> losses(Engine engine, Communicator rank, Path weights) throws IOException {
        Slot slot = RankDevices.slot(rank);
        Dataset dataset = Dataset.load(Path.of(options.get(DATA)));
        ModelChoice choice = ModelChoice.forTraining(options.get(MODEL), Optional.empty(), Optional.empty(),
                Optional.empty(), dataset.names(), options.get(SEED), line -> { });
        TrainingImages images = TrainingImages.scan(dataset, options, options.get(IMGSZ), choice.model().stride(),
                line -> { });
        TrainingSetup setup = TrainingSetup.of(engine, Target.of(engine).at(slot), choice, images, options).reserve();
        var first = new FirstSteps(steps);
        try (TrainingData data = TrainingData.open(images.at(slot, 2), setup.options(), engine::hostMemory,
                line -> { }); var trainer = new Trainer(setup, data, weights, first, rank)) {
            trainer.run();
        }
        return first.losses;
    }

    /// Records the losses, and stops after some steps.
    private static final class FirstSteps implements TrainingListener {
        private final int steps;
        private final List<LossItems> losses = new ArrayList<>();

        private FirstSteps(int steps) {
            this.steps = steps;
        }

        @Override
        public void step(StepReport report, Batch batch) {
            if (losses.size() < steps) {
                losses.add(report.items());
            }
        }

        @Override
        public boolean isStopRequested() {
            return losses.size() >= steps;
        }

        @Override
        public void epoch(EpochReport report) {
            // only losses count
        }

        @Override
        public Validator.Observer validationObserver(int epoch) {
            return Validator.Observer.none();
        }

        @Override
        public void note(String line) {
            // only losses count
        }
    }
}

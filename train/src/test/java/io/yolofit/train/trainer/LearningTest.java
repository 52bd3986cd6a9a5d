package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FLIPLR;
import static io.yolofit.train.options.OptionTable.HSV_H;
import static io.yolofit.train.options.OptionTable.HSV_S;
import static io.yolofit.train.options.OptionTable.HSV_V;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.MOSAIC;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SCALE;
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.demo.DemoDataset;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LearningTest {
    private static final int PICTURES = 8;
    private static final int BATCH_SIZE = 2;
    private static final int UPDATES = 180;

    @TempDir
    Path folder;

    /// Pictures that are used for training and validation; few of them, in small batches, give many updates per second.
    private Path dataset() throws IOException {
        Path yaml = DemoDataset.create(folder, PICTURES, 1, TinyRun.IMAGE_SIZE, 5);
        return Files.writeString(yaml, Files.readString(yaml).replace("val: images/val", "val: images/train"));
    }

    private static Options options() {
        return TinyRun.options().with(EPOCHS, UPDATES * BATCH_SIZE / PICTURES).with(BATCH, BATCH_SIZE)
                .with(NBS, BATCH_SIZE).with(OPTIMIZER, OptimizerChoice.ADAMW).with(LR0, 0.015).with(MOMENTUM, 0.9)
                .with(WARMUP_EPOCHS, 1.0).with(VAL_EACH_EPOCH, false).with(SAVE, false)
                .with(MOSAIC, 0.0).with(HSV_H, 0.0).with(HSV_S, 0.0).with(HSV_V, 0.0).with(TRANSLATE, 0.0)
                .with(SCALE, 0.0).with(FLIPLR, 0.0);
    }

    @EachEngine
    void aTinySetIsOverfitted(String engine) throws IOException {
        try (TinyRun run = TinyRun.of(engine, dataset(), options(), folder.resolve("weights"))) {
            Trainer.Outcome outcome = run.trainer().run();

            List<TrainingListener.EpochReport> epochs = run.recorder().epochs();
            Validation validation = epochs.getLast().validation().orElseThrow();
            assertThat(validation.metrics().map50()).isGreaterThan(0.9);
            assertThat(total(epochs.getLast().mean())).isLessThan(0.5 * epochs.stream()
                    .mapToDouble(epoch -> total(epoch.mean())).max().orElseThrow());
            assertThat(outcome.bestFitness()).isEqualTo(validation.metrics().fitness()).isGreaterThan(0.5);
            Validation repeated = run.trainer().validate(Checkpoint.read(run.best()), Validator.Observer.none());
            assertThat(repeated.metrics().fitness()).as("of the file").isEqualTo(outcome.bestFitness());
        }
    }

    static Stream<Arguments> headsOfSeveralBranches() {
        return Engines.with("{block: v10Detect, from: [4, 6]}",
                "{block: Detect, from: [4, 6], end_to_end: true, bins: 1}", "{block: DualDDetect, from: [4, 6, 4, 6]}");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("headsOfSeveralBranches")
    void branchThatMakesPredictionsLearns(String engine, String head) throws IOException {
        String architecture = TinyArchitecture.YAML.replace("{block: Detect, from: [4, 6]}", head);
        try (TinyRun run = TinyRun.of(engine, dataset(), options(), folder.resolve("weights"), new Recorder(),
                architecture)) {
            run.trainer().run();

            Validation validation = run.recorder().epochs().getLast().validation().orElseThrow();
            assertThat(validation.metrics().map50()).isGreaterThan(0.8);
        }
    }

    private static double total(LossItems items) {
        return items.sum();
    }
}

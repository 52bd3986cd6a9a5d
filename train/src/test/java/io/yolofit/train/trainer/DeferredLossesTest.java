package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// The losses that a run reads asynchronously, one step behind, equal those of the steps.
class DeferredLossesTest {
    @TempDir
    Path folder;

    /// The losses of synchronous steps, without the trainer.
    private List<LossItems> oneByOne(String engine, Path dataset, Options options) throws IOException {
        List<LossItems> losses = new ArrayList<>();
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("plain"))) {
            StepByStep.train(run, options, (updated, scalars, items) -> losses.add(items));
        }
        return losses;
    }

    @EachEngine
    void aRunReportsTheLossesOfItsStepsInOrder(String engine) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Options options = TinyRun.options().with(EPOCHS, 2).with(VAL_EACH_EPOCH, false).with(SAVE, false)
                .with(CLOSE_MOSAIC, 0);
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("run"))) {
            run.trainer().run();
            assertThat(run.recorder().losses()).hasSize(8).isEqualTo(oneByOne(engine, dataset, options));
            assertThat(run.recorder().steps()).extracting(TrainingListener.StepReport::batch)
                    .containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
        }
    }

    @EachEngine
    void aStepIsReportedWithItsOwnBatchAndReadablePixels(String engine) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        List<Integer> batches = new ArrayList<>();
        Recorder looking = new Recorder() {
            @Override
            public void step(StepReport report, Batch batch) {
                assertThat(batch.pixels().byteSize()).isEqualTo(batch.images() * 64L * 64 * 3);
                assertThat(batch.images()).isEqualTo(report.images());
                assertThat(batch.index()).isEqualTo(report.batch());
                batches.add(batch.index());
            }
        };
        try (TinyRun run = TinyRun.of(engine, dataset, TinyRun.options().with(EPOCHS, 1), folder.resolve("run"),
                looking)) {
            run.trainer().run();
        }
        assertThat(batches).containsExactly(0, 1, 2, 3);
    }

    @EachEngine
    void aListenerThatThrowsLeaksNoBatch(String engine) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Recorder throwing = new Recorder() {
            @Override
            public void step(StepReport report, Batch batch) {
                throw new IllegalStateException("failed after batch " + report.batch());
            }
        };
        try (TinyRun run = TinyRun.of(engine, dataset, TinyRun.options(), folder.resolve("run"), throwing)) {
            assertThatThrownBy(() -> run.trainer().run()).hasMessage("failed after batch 0")
                    .hasNoSuppressedExceptions();
        }
    }

    @EachEngine
    void aRequestedStopEndsTheRunAfterTheStepAndLeaksNoBatch(String engine) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Recorder stopping = new Recorder() {
            @Override
            public boolean isStopRequested() {
                return steps().size() == 5;
            }
        };
        try (TinyRun run = TinyRun.of(engine, dataset, TinyRun.options().with(EPOCHS, 3), folder.resolve("run"),
                stopping)) {
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.stopped()).isTrue();
            assertThat(outcome.why()).isEqualTo("stopped in epoch 2");
            assertThat(outcome.epochs()).isEqualTo(1);
            assertThat(stopping.steps()).as("and the one that was running").hasSize(6);
        }
    }
}

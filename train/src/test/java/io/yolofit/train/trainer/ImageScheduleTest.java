package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;
import static io.yolofit.train.options.OptionTable.NBS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSchedule;
import io.yolofit.train.plan.Phases;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run whose image size changes: one plan for all sizes, and a resumed run continues across the change.
class ImageScheduleTest {
    private static final int STRIDE = 16;

    @TempDir
    Path folder;

    private Path dataset;

    @BeforeEach
    void makeDataset() throws IOException {
        dataset = TinyRun.dataset(folder.resolve("data"));
    }

    private static Options options(String schedule) {
        return Phases.resolved(TinyRun.options().without(EPOCHS).without(IMGSZ).with(NBS, 8).with(CLOSE_MOSAIC, 1)
                .with(IMGSZ_SCHEDULE, ImageSchedule.parse(schedule).orElseThrow()), STRIDE);
    }

    @Test
    void sizesAreRoundedAndTheLastOneIsThatOfTheModel() {
        Options options = options("40:2,64:1");
        assertThat(options.get(IMGSZ_SCHEDULE)).hasToString("48:2,64:1");
        assertThat(options.get(IMGSZ)).isEqualTo(64);
        assertThat(options.get(EPOCHS)).isEqualTo(3);
        assertThat(Phases.of(options)).extracting(phase -> phase.get(IMGSZ)).containsExactly(48, 64);
        Options contradicting = options.with(EPOCHS, 9);
        assertThatThrownBy(() -> Phases.resolved(contradicting, STRIDE)).isInstanceOf(PlanException.class)
                .hasMessageContaining("epochs=9 contradicts imgsz=48:2,64:1, which has 3 epochs");
        assertThatThrownBy(() -> options("32:1:3,64:1")).isInstanceOf(PlanException.class)
                .hasMessageContaining("batches of 3 images do not divide the 8 images of an update");
    }

    @EachEngine
    void allSizesAreInOnePlanAndAPhaseMayHaveItsOwnBatch(String device) throws IOException {
        try (TinyRun run = TinyRun.of(device, dataset, options("32:2:8,64:1"), folder.resolve("weights"))) {
            assertThat(run.setup().plan().steps().keySet()).containsExactly(InputShape.square(4, 64),
                    InputShape.square(8, 32), InputShape.square(2, 64), InputShape.square(6, 32));
            assertThat(run.setup().plan().validation().keySet()).containsExactly(InputShape.square(5, 64));
            run.trainer().run();
            assertThat(run.recorder().losses()).as("2 batches in two epochs, then 4").hasSize(2 * 2 + 4);
        }
    }

    @EachEngine
    void aResumedRunHasTheLossesOfAnUninterruptedOne(String device) throws IOException {
        Options options = options("32:2,64:2").with(BATCH, 4);
        List<LossItems> whole;
        try (TinyRun run = TinyRun.of(device, dataset, options, folder.resolve("whole"))) {
            run.trainer().run();
            whole = run.recorder().losses();
        }
        for (int stop : new int[] {1, 2, 3}) {
            Path weights = folder.resolve("stopped" + stop);
            try (TinyRun run = TinyRun.of(device, dataset, options, weights, new Stopping(stop))) {
                assertThatThrownBy(run.trainer()::run).isInstanceOf(IllegalStateException.class);
            }
            try (TinyRun run = TinyRun.of(device, dataset, options, weights).resumed()) {
                run.trainer().run();
                List<LossItems> rest = run.recorder().losses();
                assertThat(rest).as("resumed after epoch " + stop).isNotEmpty()
                        .isEqualTo(whole.subList(whole.size() - rest.size(), whole.size()));
            }
        }
    }

    /// Stops a run in the middle of an epoch.
    private static final class Stopping extends Recorder {
        private final int epoch;

        private Stopping(int epoch) {
            this.epoch = epoch;
        }

        @Override
        public void step(StepReport report, Batch batch) {
            if (report.epoch() == epoch) {
                throw new IllegalStateException("stopped");
            }
            super.step(report, batch);
        }
    }
}

package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.SAVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.State;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.NonFinite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run whose losses or weights become NaN ends with an error, and its last finite checkpoint stays.
class DivergenceTest {
    private static final LossItems FINITE = LossItems.of(1, 2, 3);
    private static final LossItems NAN = LossItems.of(Double.NaN, 2, 3);

    @TempDir
    private static Path data;
    private static Path dataset;
    @TempDir
    private Path folder;

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(data);
    }

    /// Sets a value of a buffer to NaN in the given batch of the second epoch.
    private static final class Poison extends Recorder {
        private final AtomicReference<State> state = new AtomicReference<>();
        private final String buffer;
        private final int batch;

        Poison(String buffer, int batch) {
            this.buffer = buffer;
            this.batch = batch;
        }

        @Override
        public void step(StepReport report, Batch images) {
            super.step(report, images);
            if (report.epoch() == 1 && report.batch() == batch) {
                state.get().write(buffer, 0, new float[] {Float.NaN});
            }
        }
    }

    private String failure(String engine, Poison poison, Options options) throws IOException {
        try (TinyRun run = TinyRun.of(engine, dataset, options.with(EPOCHS, 20), folder, poison)) {
            poison.state.set(run.engine().state());
            var failure = new AtomicReference<String>();
            assertThatThrownBy(() -> run.trainer().run()).isInstanceOf(DivergedException.class)
                    .satisfies(thrown -> failure.set(thrown.getMessage()));
            return failure.get();
        }
    }

    @EachEngine
    void aRunWhoseWeightsBecomeNanEndsAndKeepsItsLastFiniteCheckpoint(String engine) throws IOException {
        Poison poison = new Poison("parameters", 0);

        String message = failure(engine, poison, TinyRun.options());

        assertThat(message).contains("training diverged", "after epoch 2", "the first in model.0.conv.weight",
                "that of epoch 1", folder.resolve("last.safetensors").toString(), "lower lr0 (now 0.001429)");
        assertThat(poison.epochs()).hasSize(1);
        assertThat(poison.notes()).filteredOn(note -> note.contains("not finite")).hasSize(1);
        for (String file : List.of("last.safetensors", "best.safetensors")) {
            Checkpoint checkpoint = Checkpoint.read(folder.resolve(file));
            assertThat(checkpoint.progress().epochs()).isEqualTo(1);
            assertThat(NonFinite.in(checkpoint.model().values())).isEmpty();
        }
    }

    @EachEngine
    void nanInTheAverageAloneEndsTheRunBeforeItIsSaved(String engine) throws IOException {
        String message = failure(engine, new Poison("ema", 1), TinyRun.options());

        assertThat(message).contains("after epoch 2", "1 value is not finite, in model.0.conv.weight");
        assertThat(Checkpoint.read(folder.resolve("best.safetensors")).progress().epochs()).isEqualTo(1);
    }

    @EachEngine
    void withoutSavingNanEndsTheRunToo(String engine) throws IOException {
        String message = failure(engine, new Poison("ema", 1), TinyRun.options().with(SAVE, false));

        assertThat(message).contains("after epoch 2", "no checkpoint of this run was saved; use a lower lr0");
        assertThat(Files.list(folder)).isEmpty();
    }

    @EachEngine
    void theRemedyNamesThePrecision(String engine) throws IOException {
        assertThat(failure(engine, new Poison("parameters", 0), TinyRun.options().with(AMP, AmpChoice.BF16)))
                .contains("amp=false (now bf16)");
    }

    @EachEngine
    void aDivergedCheckpointIsNotResumed(String engine) throws IOException {
        try (TinyRun run = TinyRun.of(engine, dataset, TinyRun.options().with(EPOCHS, 1), folder)) {
            assertThat(run.trainer().run().why()).isEqualTo("1 epoch done");
            Checkpoint read = Checkpoint.read(run.last());
            Map<String, float[]> buffers = new LinkedHashMap<>(read.buffers());
            buffers.get("moment0")[7] = Float.POSITIVE_INFINITY;
            var diverged = new Checkpoint(read.model(), buffers, read.progress(), read.options());

            assertThatThrownBy(() -> run.trainer().resume(diverged, run.last()))
                    .hasMessageContainingAll("1 value is not finite, in moment0", "run has diverged");
        }
    }

    @Test
    void aSingleNonFiniteLossIsReportedOnceAndDoesNotEndTheRun() {
        List<String> notes = new ArrayList<>();
        LossWatch watch = new LossWatch(notes::add);
        for (int step = 0; step < 100; step++) {
            assertThat(watch.after(step / 10, step % 10, step % LossWatch.LIMIT == 0 ? FINITE : NAN)).isEmpty();
        }

        assertThat(notes).singleElement().asString().contains("epoch 1, batch 2", "box NaN");
    }

    @Test
    void consecutiveNonFiniteLossesEndTheRun() {
        LossWatch watch = new LossWatch(note -> { });
        Optional<String> reason = Optional.empty();
        for (int step = 0; step < LossWatch.LIMIT; step++) {
            assertThat(reason).isEmpty();
            reason = watch.after(2, step, NAN);
        }

        assertThat(reason).get().asString().contains("10 consecutive steps", "up to epoch 3, batch 10");
    }
}

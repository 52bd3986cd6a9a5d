package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.testing.EachEngine;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.options.Options;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A checkpoint that cannot be written ends the run with an error; existing files stay intact.
class SaveFailureTest {
    private static final Options OPTIONS = TinyRun.options();

    @TempDir
    Path folder;

    @EachEngine
    void theNextCheckpointIsWrittenWhenTheFolderIsBack(String engine) throws IOException {
        Options options = OPTIONS.with(EPOCHS, 4); // saving the second fails, which is reported after the third
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Path weights = folder.resolve("weights");
        Path away = folder.resolve("away");
        Map<String, float[]> uninterrupted;
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("whole"))) {
            run.trainer().run();
            uninterrupted = run.state();
        }
        Recorder moving = new Recorder() {
            @Override
            public void epoch(EpochReport report) {
                super.epoch(report);
                if (report.epoch() == 1) {
                    move(weights, away);
                }
            }
        };
        try (TinyRun run = TinyRun.of(engine, dataset, options, weights, moving)) {
            assertThatThrownBy(run.trainer()::run).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("the folder " + weights + " does not exist")
                    .hasMessageContaining("safetensors").hasMessageContaining("create the folder");

            assertThat(moving.epochs()).as("at most one more epoch is trained").hasSize(3);
            assertThat(Checkpoint.read(away.resolve("last.safetensors")).progress().epochs()).isEqualTo(1);
            move(away, weights);
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.epochs()).isEqualTo(4);
            assertThat(moving.epochs()).hasSize(4);
            SameBits.assertSame(run.state(), uninterrupted);
            assertThat(Checkpoint.read(run.last()).progress().epochs()).isEqualTo(4);
        }
    }

    @EachEngine
    void aFailureToWriteTheLastCheckpointIsThrownAtTheEndOfTheRun(String engine) throws IOException {
        Path weights = folder.resolve("weights");
        Recorder moving = new Recorder() {
            @Override
            public void epoch(EpochReport report) {
                super.epoch(report);
                if (report.epoch() == 2) {
                    move(weights, folder.resolve("away"));
                }
            }
        };
        try (TinyRun run = TinyRun.of(engine, TinyRun.dataset(folder.resolve("data")), OPTIONS, weights, moving)) {
            assertThatThrownBy(run.trainer()::run).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("the folder " + weights + " does not exist");
            assertThat(moving.epochs()).hasSize(3);
        }
    }

    /// The shell's limit on the size of a file replaces a full disk: writing fails in the middle of a file.
    @EachEngine
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell with ulimit")
    void aFullDiskLeavesThePreviousCheckpoint(String engine) throws Exception {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Path weights = folder.resolve("weights");
        try (TinyRun run = TinyRun.of(engine, dataset, TrainingProcess.options(1), weights)) {
            run.trainer().run();
        }
        byte[] before = Files.readAllBytes(weights.resolve("last.safetensors"));
        Path report = folder.resolve("report.txt");

        Process process = TrainingProcess.startWithFileLimit(before.length / 2, engine, dataset, weights, 3, report);

        assertThat(process.waitFor()).as(Files.readString(report)).isEqualTo(TrainingProcess.FAILED);
        assertThat(Files.readString(report)).contains("WeightsException: could not write ", " bytes (")
                .contains(" bytes are free there", weights.toString(), "check the space and the permissions")
                .contains("the previous file is untouched");
        assertThat(weights.resolve("last.safetensors")).hasBinaryContent(before);
        Progress progress = Checkpoint.read(weights.resolve("last.safetensors")).progress();
        assertThat(progress.epochs()).isEqualTo(1);
        assertThat(weights.toFile().list()).as("no partial file is left")
                .containsExactlyInAnyOrder("last.safetensors", "best.safetensors");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

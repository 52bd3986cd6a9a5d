package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.SAVE_PERIOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Snapshot;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.CompiledModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// A checkpoint that is written while the next epoch is trained holds the state of its own epoch.
class AsynchronousCheckpointTest {
    /// Epochs end with accumulated gradients, and every epoch saves a model.
    private static final Options OPTIONS = TinyRun.options().with(EPOCHS, 4).with(SAVE_PERIOD, 1)
            .with(NBS, 3 * TinyRun.BATCH_SIZE).with(OPTIMIZER, OptimizerChoice.ADAMW);

    @TempDir
    Path folder;

    /// Copies the state when an epoch is reported, on the trainer's thread.
    private static final class Copying extends Recorder {
        private final List<Snapshot> snapshots = new ArrayList<>();
        private final List<Integer> complete = new ArrayList<>();
        private final Path last;
        private CompiledModel compiled;

        private Copying(Path last) {
            this.last = last;
        }

        @Override
        public void epoch(EpochReport report) {
            super.epoch(report);
            complete.add(Files.exists(last) ? Checkpoint.read(last).progress().epochs() : 0);
            snapshots.add(Snapshot.of(compiled, List.of("circle", "square", "triangle"), null, "",
                    new Snapshot.Memory()));
        }
    }

    /// The file of a snapshot, with the progress and the options of a file of the run.
    private byte[] written(Snapshot copy, Path file, boolean whole) throws IOException {
        Checkpoint read = Checkpoint.read(file);
        Path model = folder.resolve("model.safetensors");
        Path complete = folder.resolve("complete.safetensors");
        new Snapshot(copy.model(), copy.layout(), copy.names(), copy.average(), copy.file(), copy.buffers(),
                read.progress(), read.options(), read.part()).write(List.of(model), complete);
        return Files.readAllBytes(whole ? complete : model);
    }

    @EachEngine
    void filesEqualThoseOfASynchronousWrite(String engine) throws IOException {
        Path weights = folder.resolve("weights");
        Copying copying = new Copying(weights.resolve("last.safetensors"));
        try (TinyRun run = TinyRun.of(engine, TinyRun.dataset(folder.resolve("data")), OPTIONS, weights, copying)) {
            copying.compiled = run.setup().compiled();
            run.trainer().run();

            for (int epoch = 1; epoch <= 4; epoch++) {
                Path file = weights.resolve("epoch" + epoch + ".safetensors");
                assertThat(file).hasBinaryContent(written(copying.snapshots.get(epoch - 1), file, false));
                assertThat(Checkpoint.read(file).progress().epochs()).isEqualTo(epoch);
            }
            assertThat(run.last()).hasBinaryContent(written(copying.snapshots.getLast(), run.last(), true));
            assertThat(copying.complete).as("epochs on disk when an epoch is reported").containsExactly(0, 1, 2, 3);
        }
    }

    @EachEngine
    void aStoppedRunCompletesItsPendingCheckpoint(String engine) throws IOException {
        Recorder stopping = new Recorder() {
            @Override
            public void step(StepReport report, Batch batch) {
                if (report.epoch() == 1) {
                    throw new IllegalStateException("stop");
                }
            }
        };
        Path weights = folder.resolve("weights");
        try (TinyRun run = TinyRun.of(engine, TinyRun.dataset(folder.resolve("data")), OPTIONS, weights, stopping)) {
            assertThatThrownBy(run.trainer()::run).hasMessage("stop").hasNoSuppressedExceptions();
            assertThat(weights.toFile().list()).as("no partial file").containsExactlyInAnyOrder(
                    "last.safetensors", "best.safetensors", "epoch1.safetensors");
            assertThat(Checkpoint.read(run.last()).progress().epochs()).isEqualTo(1);
        }
    }
}

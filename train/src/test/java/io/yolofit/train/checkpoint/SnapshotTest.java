package io.yolofit.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.State;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.trainer.TinyRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    @TempDir
    private Path folder;

    @Test
    void snapshotsOfARunShareOneMemory() throws IOException {
        try (TinyRun run = TinyRun.of(TinyRun.dataset(folder), TinyRun.options(), folder.resolve("weights"))) {
            CompiledModel compiled = run.setup().compiled();
            State state = compiled.engine().state();
            Snapshot.Memory memory = new Snapshot.Memory();
            Snapshot first = Snapshot.of(compiled, List.of("a", "b", "c"), Progress.start(), "", memory);
            assertThat(first.average()).isEqualTo(state.read("ema"));
            state.write("ema", 0, new float[] {5});
            state.write("parameters", 1, new float[] {7});
            Snapshot second = Snapshot.of(compiled, List.of("a", "b", "c"), Progress.start(), "", memory);
            assertThat(second.average()).isSameAs(first.average()).isEqualTo(state.read("ema")).startsWith(5);
            assertThat(second.file()).as("layout of files").isSameAs(first.file()).hasSameSizeAs(first.average());
            second.buffers().forEach((buffer, values) -> assertThat(values).as(buffer)
                    .isSameAs(first.buffers().get(buffer)).isEqualTo(state.read(buffer)));
        }
    }
}

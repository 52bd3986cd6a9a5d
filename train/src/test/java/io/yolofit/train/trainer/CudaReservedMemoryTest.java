package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.testing.Engines;
import io.yolofit.train.options.AmpChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run holds of its device, measured: nothing is allocated after the first step.
class CudaReservedMemoryTest {
    @TempDir
    Path folder;

    /// Memory in use, as the driver's monitoring counts it; that of other processes is included.
    private static final class Measuring extends Recorder {
        private final List<Long> used = new ArrayList<>();
        private CudaEngine engine;

        private void measure() {
            DeviceMemoryReport memory = engine.memory();
            used.add(memory.arenaBytes() + memory.contextBytes());
        }

        @Override
        public void step(StepReport report, Batch batch) {
            measure();
        }

        @Override
        public void epoch(EpochReport report) {
            measure();
        }
    }

    @Test
    void nothingIsAllocatedAfterTheFirstStep() throws IOException {
        Engines.cuda().close(); // skips the test where there is no device
        Engines.assumeMeasurableMemory();
        Measuring measuring = new Measuring();
        try (TinyRun run = TinyRun.of(Engines.CUDA, TinyRun.dataset(folder.resolve("data")),
                TinyRun.options().with(EPOCHS, 3).with(AMP, AmpChoice.TRUE), folder.resolve("weights"), measuring)) {
            measuring.engine = (CudaEngine) run.engine();
            assertThat(measuring.engine.memory().arenaBytes()).isEqualTo(run.setup().plan().arenaBytes());
            run.trainer().run();
            measuring.measure();
        }
        assertThat(measuring.used).hasSizeGreaterThan(3 * 4).allMatch(bytes -> bytes <= measuring.used.getFirst());
    }
}

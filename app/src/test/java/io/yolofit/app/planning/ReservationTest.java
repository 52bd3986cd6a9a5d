package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.api.run.Reservation;
import io.yolofit.app.console.RecordedConsole;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.State;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.search.MemoryBudget;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Another process takes memory after a run was planned.
class ReservationTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path folder;

    /// A device without kernels, on which less memory is free than at the time of planning.
    private static class Crowded implements Engine {
        private final long free;
        protected final List<Long> reserved = new ArrayList<>();

        Crowded(long free) {
            this.free = free;
        }

        @Override
        public String name() {
            return "0";
        }

        @Override
        public String description() {
            return "NVIDIA X";
        }

        @Override
        public DType mixedPrecision() {
            return DType.F16;
        }

        @Override
        public boolean supports(DType activations) {
            return true;
        }

        @Override
        public WorkspaceModel workspace() {
            return WorkspaceModel.none();
        }

        @Override
        public boolean staging() {
            return true;
        }

        @Override
        public Recompute.Policy recompute() {
            return Recompute.Policy.DEFAULT;
        }

        @Override
        public void reserve(List<Program> programs) {
            long bytes = ArenaLayout.of(programs, true).bytes();
            if (bytes > free) {
                throw new OutOfDeviceMemoryException("NVIDIA X (device 0)", bytes, free, 8192 * MIB, "process 7");
            }
            reserved.add(bytes);
        }

        @Override
        public State state() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executable compile(Program program) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemorySegment hostMemory(long bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // nothing was opened
        }
    }

    private TrainingSetup reserve(Crowded engine, RecordedConsole console, String... words) throws IOException {
        Path data = DemoDataset.create(folder.resolve("shapes"), 64, 4, 64, 1);
        List<String> all = new ArrayList<>(List.of("model=yolov8n", "data=" + data, "imgsz=320", "val_batch=1"));
        all.addAll(List.of(words));
        Options options = OptionsParser.parse(Mode.TRAIN, all);
        Dataset dataset = Dataset.load(data);
        ModelChoice choice = ModelChoice.forTraining("yolov8n", Optional.empty(), dataset.names(), 0, note -> { });
        return new Reservation(engine, options, choice, dataset).reserved(
                run -> PlannedText.lines(options, run).forEach(console.console()::line), console.console());
    }

    @Test
    void aRunThatFitsIsReservedWithoutAWord() throws IOException {
        RecordedConsole console = RecordedConsole.pipe();
        Crowded engine = new Crowded(8000 * MIB);
        TrainingSetup setup = reserve(engine, console, "batch=16");
        assertThat(engine.reserved).containsExactly(setup.plan().arenaBytes());
        assertThat(console.err()).isEmpty();
        assertThat(console.out()).doesNotContain("chosen:", "changed:");
    }

    @Test
    void ifMemoryWasTakenTheRunIsPlannedOnceMoreWithTheSameImagesPerUpdate() throws IOException {
        long asked = reserve(new Crowded(8000 * MIB), RecordedConsole.pipe(), "batch=32").plan().memory().total();
        RecordedConsole console = RecordedConsole.pipe();
        Crowded engine = new Crowded(asked - 20 * MIB);
        Crowded full = new Crowded(engine.free) {
            @Override
            public void reserve(List<Program> programs) {
                if (reserved.isEmpty()) {
                    reserved.add(0L);
                    throw new OutOfDeviceMemoryException("NVIDIA X (device 0)", asked, asked - 20 * MIB, 8192 * MIB,
                            "process 7");
                }
                super.reserve(programs);
            }
        };
        TrainingSetup setup = reserve(full, console, "batch=32");
        assertThat(full.reserved).hasSize(2);
        assertThat(setup.plan().memory().total()).isLessThanOrEqualTo(asked - 20 * MIB - MemoryBudget.MARGIN);
        assertThat(TrainingSchedule.effectiveBatch(setup.options())).isEqualTo(64);
        assertThat(setup.options().get(BATCH)).isLessThanOrEqualTo(32);
        assertThat(console.err()).contains("planning it once more", "process 7");
        assertThat(console.out()).contains("changed: recompute=" + setup.options().get(RECOMPUTE),
                "updates are of the same images as before");
    }

    @Test
    void ifNothingFitsAnyMoreTheNearestRunsAreNamed() {
        assertThatThrownBy(() -> reserve(new Crowded(20 * MIB), RecordedConsole.pipe(), "batch=32"))
                .isInstanceOf(NothingFitsException.class).hasMessageContaining("but its limit is");
    }
}

package io.yolofit.train.plan.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.DeviceMemory;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.KernelTimeModel;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeviceRunTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final long MIB = 1L << 20;
    private static final DataFacts DATA = new DataFacts(OptionalInt.of(1000), OptionalInt.of(200), 10, 10,
            Optional.empty());

    private static Target target(long free, double speed, Set<DType> types) {
        var rates = new DeviceRates(speed * 100e12, speed * 50e12, speed * 10e12, speed * 1e12, 50, "of a test");
        return new Target("a test", new DeviceMemory(OptionalLong.of(2 * free), OptionalLong.of(free), 100 * MIB, 1024,
                false), WorkspaceModel.none(), true, Recompute.Policy.DEFAULT, DType.F16, types,
                KernelTimeModel.of(rates, WorkspaceModel.none()));
    }

    private static Target target(long free, double speed) {
        return target(free, speed, Set.of(DType.F32, DType.F16, DType.BF16));
    }

    private static Options options(String... words) {
        return OptionsParser.parse(Mode.PLAN, Stream.concat(
                Stream.of("model=yolov8n", "imgsz=160"), Arrays.stream(words)).toList());
    }

    @Test
    void everyDeviceGetsTheRunThatTheSearchChoosesForItAlone() {
        List<Target> targets = List.of(target(300 * MIB, 1), target(2000 * MIB, 1), target(2000 * MIB, 4));
        Options options = options("batch=-1");
        List<DeviceRun> runs = DeviceRun.compare(options, MODEL, DATA, targets);
        for (int i = 0; i < targets.size(); i++) {
            PlannedRun alone = BudgetSearch.choose(options, MODEL, DATA, targets.get(i));
            PlannedRun shared = runs.get(i).run().orElseThrow();
            assertThat(shared.options().toMap()).isEqualTo(alone.options().toMap());
            assertThat(shared.plan().memory()).isEqualTo(alone.plan().memory());
            assertThat(shared.plan().times()).isEqualTo(alone.plan().times());
            assertThat(shared.budget()).isEqualTo(alone.budget());
            assertThat(runs.get(i).reason()).isEmpty();
        }
        double slow = runs.get(1).run().orElseThrow().plan().times().orElseThrow().images();
        double fast = runs.get(2).run().orElseThrow().plan().times().orElseThrow().images();
        assertThat(fast).isGreaterThan(1.5 * slow);
    }

    @Test
    void aDeviceThatIsTooSmallOrLacksTheTypeHasAReason() {
        List<DeviceRun> runs = DeviceRun.compare(options("batch=4", "amp=bf16"), MODEL, DATA,
                List.of(target(110 * MIB, 1), target(2000 * MIB, 1, Set.of(DType.F32, DType.F16)),
                        target(2000 * MIB, 1)));
        assertThat(runs.get(0).run()).isEmpty();
        assertThat(runs.get(0).reason()).contains("the run needs", "even with recompute=max");
        assertThat(runs.get(1).run()).isEmpty();
        assertThat(runs.get(1).reason()).contains("does not support bf16");
        assertThat(runs.get(2).run()).isPresent();
    }
}

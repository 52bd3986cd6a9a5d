package io.yolofit.train.plan.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunVariantsTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final Target TARGET = Target.gpu(WorkspaceModel.none());

    private static boolean mayHold(Options run, long arena) {
        var budget = new MemoryBudget(OptionalLong.of(arena + TARGET.memory().context()), "a test");
        return new RunVariants(MODEL, DataFacts.assumed(), TARGET, budget, new SharedPlans(RecomputeCurve.ENDS))
                .mayHold(run);
    }

    /// Images of 32 pixels, so that little but the state is live.
    @ParameterizedTest
    @ValueSource(strings = {"nbs=1 optimizer=AdamW", "nbs=1 optimizer=SGD", "nbs=64 optimizer=AdamW",
            "nbs=64 optimizer=SGD recompute=max", "nbs=64 optimizer=RMSProp amp=false", "nbs=1 amp=false recompute=max",
            "nbs=64 optimizer=AdamW freeze=10", "nbs=1 optimizer=AdamW recompute=max"})
    void theStateIsALowerBoundOfThePlan(String words) {
        Options run = OptionsParser.parse(Mode.PLAN, Stream.concat(Stream.of("model=yolov8n", "imgsz=32", "batch=1"),
                Arrays.stream(words.split(" "))).toList());
        long bound = RunPlan.of(RunSpec.of(run, MODEL, DataFacts.assumed(), TARGET), TARGET).lowerBound();
        assertThat(mayHold(run, bound)).as("the run fits").isTrue();
        assertThat(mayHold(run, bound / 3)).as("a third of it").isFalse();
    }
}

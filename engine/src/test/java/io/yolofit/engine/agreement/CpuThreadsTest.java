package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.plan.Program;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The number of threads changes results of the CPU engine only by the order of libtorch's sums.
class CpuThreadsTest {
    private static final Tolerance ORDER_OF_SUMS = new Tolerance(1e-4, 1e-4);

    private final AllBlocksModel model = new AllBlocksModel(new Seed(23));
    private final StepRecord steps = new StepRecord(model);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void theNumberOfThreadsChangesNoMoreThanRounding(int threads) {
        Map<String, float[]> alone = steps.run(() -> new CpuEngine(1), DType.F32, 1);
        Map<String, float[]> shared = steps.run(() -> new CpuEngine(threads), DType.F32, 1);
        alone.forEach((name, values) -> assertThat(ORDER_OF_SUMS.exceeded(shared.get(name), Elements.doubles(values)))
                .as("%s with %d threads", name, threads).isLessThanOrEqualTo(1));
    }

    /// Loss, decoder, norm and update are Java kernels, which sum in a fixed order.
    @Test
    void javaKernelsAreBitIdenticalForAnyNumberOfThreads() {
        Graph update = model.update(Rule.ADAMW);
        float[] alone = updated(1, update);
        for (int threads : List.of(2, 3, 7)) {
            assertThat(updated(threads, update)).isEqualTo(alone);
        }
    }

    private float[] updated(int threads, Graph update) {
        try (Engine engine = new CpuEngine(threads);
                Executable executable = engine.compile(Program.of(update, engine.workspace()))) {
            model.write(engine, executable, update);
            engine.state().write("gradients", 0, Elements.floats(new Seed(4).normal(model.layout().trainableCount())));
            executable.run();
            return engine.state().read("ema");
        }
    }
}

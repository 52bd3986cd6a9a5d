package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.plan.Program;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    /// Loss, decoder, norm, batch norm and update are Java kernels, which sum in a fixed order.
    @Test
    void javaKernelsAreBitIdenticalForAnyNumberOfThreads() {
        Graph update = model.update(Rule.ADAMW);
        float[] alone = updated(1, update);
        for (int threads : List.of(2, 3, 7)) {
            assertThat(updated(threads, update)).isEqualTo(alone);
        }
    }

    /// A normalization of several blocks and a rest, forward and backward.
    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16"})
    void batchNormIsBitIdenticalForAnyNumberOfThreads(DType type) {
        List<float[]> alone = normalized(1, type);
        for (int threads : List.of(2, 3, 7)) {
            assertThat(normalized(threads, type)).usingRecursiveComparison().isEqualTo(alone);
        }
    }

    private static List<float[]> normalized(int threads, DType type) {
        GraphBuilder builder = new GraphBuilder();
        TensorType tensor = TensorType.of(type, 3, 61, 67, 13);
        Value y = builder.input("y", tensor, Role.INPUT);
        List<Value> vectors = Stream.of("gamma", "beta", "running_mean", "running_var")
                .map(name -> builder.input(name, TensorType.of(DType.F32, 13), Role.INPUT)).toList();
        List<Value> forward = builder.emit(new BnAct.Forward(Activation.SILU, 1e-3, .03), "forward", Role.ACTIVATION,
                y, vectors.get(0), vectors.get(1), vectors.get(2), vectors.get(3));
        List<Value> gradient = builder.emit(new BnAct.Gradient(Activation.SILU), "gradient", Role.ACTIVATION,
                builder.input("da", tensor, Role.INPUT), y, vectors.get(0), vectors.get(1), forward.get(1),
                forward.get(2));
        Stream.concat(forward.stream(), gradient.stream()).forEach(output -> builder.output(output.name(), output));
        Graph graph = builder.build();
        Seed seed = new Seed(6);
        try (Engine engine = new CpuEngine(threads);
                Executable executable = engine.compile(Program.of(graph, engine.workspace()))) {
            graph.inputs().forEach(input -> executable.write(input.name(),
                    Elements.bytes(input.dtype(), seed.uniform(input.shape().count(), .5, 1.5))));
            executable.run();
            return graph.outputs().keySet().stream().map(executable::read).toList();
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

package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.plan.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Inputs, outputs, state and errors of a program, on every engine.
class ExecutableTest {
    private static final String ENGINES = "io.yolofit.engine.testing.Engines#names";

    @ParameterizedTest
    @MethodSource(ENGINES)
    void inputsKeepTheirLastWrittenContents(String name) {
        run(name, (engine, sum) -> {
            sum.write("a", new float[] {1, 2, 3, 4});
            sum.write("b", new float[] {10, 20, 30, 40});
            sum.written();
            sum.run();
            assertThat(sum.read("y")).containsExactly(11, 22, 33, 44);
            sum.write("a", new float[] {5, 6, 7, 8});
            sum.run();
            assertThat(sum.read("y")).containsExactly(15, 26, 37, 48);
            sum.run();
            assertThat(sum.read("y")).containsExactly(15, 26, 37, 48);
        });
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void dataThatIsTooLongIsRefusedWithBothSizes(String name) {
        run(name, (engine, sum) -> refuses(() -> sum.write("a", new float[5]), "'a'", "16", "20"));
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void anUnknownInputNameIsRefusedWithTheListOfInputs(String name) {
        run(name, (engine, sum) -> {
            refuses(() -> sum.write("c", new float[4]), "'c'", "[a, b]");
            refuses(() -> sum.write("y", new float[4]), "'y'");
            refuses(() -> sum.write("kept", new float[4]), "'kept'", "state");
        });
    }

    /// A fetch returns the values of the run before it, not of a later one.
    @ParameterizedTest
    @MethodSource(ENGINES)
    void aFetchReturnsTheValuesOfTheRunBeforeIt(String name) {
        run(name, (engine, sum) -> {
            sum.write("b", new float[] {0, 0, 0, 0});
            List<Executable.Fetch> fetched = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                sum.write("a", new float[] {i, i, i, i});
                sum.run();
                fetched.add(sum.fetch("y"));
                if (i > 0) {
                    assertThat(fetched.get(i - 1).get()).hasSize(4).containsOnly(i - 1);
                }
            }
            assertThat(fetched.getLast().get()).containsOnly(5);
        });
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void aProfileReportsEveryNodeInExecutionOrder(String name) {
        Graph graph = sum();
        try (Engine engine = Engines.open(name);
                Executable sum = engine.compile(Program.of(graph, engine.workspace()))) {
            sum.write("a", new float[] {1, 2, 3, 4});
            sum.write("b", new float[] {10, 20, 30, 40});
            List<Node> nodes = new ArrayList<>();
            sum.profile((node, nanoseconds) -> {
                assertThat(nanoseconds).isNotNegative();
                nodes.add(node);
            });
            assertThat(nodes).containsExactlyElementsOf(graph.nodes());
            assertThat(sum.read("y")).containsExactly(11, 22, 33, 44);
        }
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void stateIsSharedByNameAndStartsAsZeros(String name) {
        try (Engine engine = Engines.open(name)) {
            Program one = Program.of(sum(), engine.workspace());
            Program two = Program.of(twice(4), engine.workspace());
            engine.reserve(List.of(one, two));
            try (Executable first = engine.compile(one); Executable second = engine.compile(two)) {
                assertThat(engine.state().has("kept")).isTrue();
                assertThat(engine.state().has("a")).isFalse();
                assertThat(engine.state().count("kept")).isEqualTo(4);
                first.write("a", new float[4]);
                first.write("b", new float[4]);
                first.run();
                assertThat(first.read("kept")).containsOnly(0);
                engine.state().write("kept", 1, new float[] {5, 6});
                second.run();
                assertThat(second.read("twice")).containsExactly(0, 10, 12, 0);
                assertThat(engine.state().read("kept", 2, 2)).containsExactly(6, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void stateOfAnotherSizeIsRefused(String name) {
        run(name, (engine, sum) -> {
            Program other = Program.of(twice(5), engine.workspace());
            refuses(() -> engine.compile(other), "");
        });
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void stateAccessOutOfBoundsIsRefused(String name) {
        run(name, (engine, sum) -> {
            for (int[] range : new int[][] {{0, 5}, {3, 2}, {-1, 2}, {4, 1}}) {
                String[] words = {"'kept'", "4", "" + range[0]};
                refuses(() -> engine.state().write("kept", range[0], new float[range[1]]), words);
                refuses(() -> engine.state().read("kept", range[0], range[1]), words);
            }
            refuses(() -> engine.state().read("lost"), "'lost'");
        });
    }

    private static void refuses(Runnable call, String... words) {
        assertThatThrownBy(call::run).isInstanceOf(EngineException.class).hasMessageContainingAll(words);
    }

    private interface Check {
        void on(Engine engine, Executable sum);
    }

    private static void run(String name, Check check) {
        try (Engine engine = Engines.open(name);
                Executable sum = engine.compile(Program.of(sum(), engine.workspace()))) {
            check.on(engine, sum);
        }
    }

    /// `y = a + b`, with an unused value and a parameter that is also an output.
    private static Graph sum() {
        GraphBuilder builder = new GraphBuilder();
        TensorType four = TensorType.of(DType.F32, 4);
        Value a = builder.input("a", four, Role.INPUT);
        Value b = builder.input("b", four, Role.INPUT);
        Value kept = builder.input("kept", four, Role.PARAMETER);
        builder.emit(new Silu.Forward(), "unused", Role.ACTIVATION, a);
        builder.output("y", builder.emit(new Add(), "y", Role.ACTIVATION, a, b).getFirst());
        builder.output("kept", kept);
        return builder.build();
    }

    /// `twice = kept + kept`
    private static Graph twice(int count) {
        GraphBuilder builder = new GraphBuilder();
        Value kept = builder.input("kept", TensorType.of(DType.F32, count), Role.PARAMETER);
        builder.output("twice", builder.emit(new Add(), "twice", Role.ACTIVATION, kept, kept).getFirst());
        return builder.build();
    }
}

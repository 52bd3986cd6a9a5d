package io.yolofit.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final TensorType VECTOR = TensorType.of(DType.F32, 4);

    private final GraphBuilder builder = new GraphBuilder();
    private final Value flat = builder.input("flat", VECTOR, Role.PARAMETER);

    @Seeds(10)
    void acceptsGraphsOfAllPipelines(Seed seed) {
        assertThatCode(() -> Verifier.verify(RandomModel.wild(seed).anyTraining(seed))).doesNotThrowAnyException();
    }

    @Test
    void rejectsReadBeforeWrite() {
        Value x = emit("first", new Silu.Forward(), flat);
        emit("second", new Silu.Forward(), x);
        List<Node> nodes = new ArrayList<>(builder.build().nodes());
        Graph graph = new Graph(List.of(flat), nodes.reversed(), Map.of());
        assertFails(graph, "silu.forward second reads %1:f32[4] first before it is written");
    }

    @Test
    void rejectsOutputThatIsNeverWritten() {
        Value x = emit("first", new Silu.Forward(), flat);
        assertFails(new Graph(List.of(flat), List.of(), Map.of("y", x)),
                "output 'y' is never written: %1:f32[4] first");
    }

    @Test
    void rejectsTypeThatDiffersFromShapeRule() {
        Node node = new Node(new Add(), "sum", Phase.FORWARD, List.of(flat, flat));
        node.outputs(List.of(new Value(1, "sum", TensorType.of(DType.F32, 5), Role.ACTIVATION, node, 0)));
        assertFails(new Graph(List.of(flat), List.of(node), Map.of()),
                "add sum has outputs [f32[5]], but its shape rule says [f32[4]]");
    }

    @Test
    void rejectsNodeOfAnEarlierPhase() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.of(DType.F32, 4), Role.INPUT);
        builder.phase(Phase.BACKWARD);
        builder.emit(new Silu.Forward(), "first", Role.ACTIVATION, x);
        builder.phase(Phase.LOSS);
        builder.emit(new Silu.Forward(), "second", Role.ACTIVATION, x);
        assertFails(builder.build(), "silu.forward second of phase LOSS follows a node of phase BACKWARD");
    }

    @Test
    void rejectsNodeThatOccursTwice() {
        Value x = emit("first", new Silu.Forward(), flat);
        assertFails(new Graph(List.of(flat), List.of(x.producer(), x.producer()), Map.of()),
                "silu.forward first writes %1:f32[4] first twice");
    }

    @Test
    void rejectsReadAfterOverwrite() {
        Value x = builder.input("x", VECTOR, Role.ACTIVATION);
        emit("update", new Flat.Pack(true), flat, x);
        emit("late", new Silu.Forward(), flat);
        assertFails(builder.build(), "silu.forward late reads %0:f32[4] flat after it was overwritten in place");
    }

    /// A view shares the bytes of its whole.
    @Test
    void rejectsReadOfViewAfterOverwriteOfItsWhole() {
        Value x = builder.input("x", VECTOR, Role.ACTIVATION);
        Value view = emit("view", new Flat.View(0, Shape.of(2)), flat);
        emit("update", new Flat.Pack(true), flat, x);
        emit("late", new Silu.Forward(), view);
        assertFails(builder.build(), "silu.forward late reads %2:f32[2] view after it was overwritten in place");
    }

    @Test
    void rejectsOutputThatWasOverwritten() {
        Value x = builder.input("x", VECTOR, Role.ACTIVATION);
        emit("update", new Flat.Pack(true), flat, x);
        builder.output("y", flat);
        assertFails(builder.build(), "output 'y' was overwritten in place: %0:f32[4] flat");
    }

    private Value emit(String name, Op op, Value... operands) {
        return builder.emit(op, name, Role.ACTIVATION, operands).getFirst();
    }

    private static void assertFails(Graph graph, String message) {
        assertThatThrownBy(() -> Verifier.verify(graph)).isInstanceOf(IllegalStateException.class).hasMessage(message);
    }
}

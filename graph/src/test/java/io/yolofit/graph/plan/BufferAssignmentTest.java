package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferAssignmentTest {
    private static final MaxPool.Forward POOL = new MaxPool.Forward(3, 1, 1);

    private final GraphBuilder builder = new GraphBuilder();

    @Test
    void partsAreWrittenDirectlyIntoTheirConcat() {
        Value x = image("x", 3);
        Value left = op(POOL, x);
        Value right = op(new Slice.Forward(1, 2), op(POOL, x));
        Value pooled = op(POOL, right);
        Value whole = op(new Concat(), left, pooled);
        BufferAssignment assignment = store(op(POOL, whole));
        assertThat(assignment.of(left)).isEqualTo(new Location(whole, 0, 5));
        assertThat(assignment.of(pooled)).isEqualTo(new Location(whole, 3 * 4, 5));
        assertThat(assignment.isFree(whole.producer())).isTrue();
    }

    @Test
    void nestedConcatsShareTheOutermostBuffer() {
        Value x = image("x", 2);
        Value a = op(POOL, x);
        Value b = op(POOL, x);
        Value inner = op(new Concat(), a, b);
        Value c = op(POOL, x);
        Value outer = op(new Concat(), c, inner);
        BufferAssignment assignment = store(op(POOL, outer));
        assertThat(assignment.of(b)).isEqualTo(new Location(outer, 4 * 4, 6));
        assertThat(assignment.isFree(inner.producer())).isTrue();
        assertThat(assignment.isFree(outer.producer())).isTrue();
    }

    @Test
    void partThatAConvolutionReadsOrWritesIsCopied() {
        Value x = image("x", 2);
        Value w = builder.input("w", TensorType.of(DType.F32, 2, 1, 1, 2), Role.PARAMETER);
        Value read = op(POOL, x);
        Value written = op(new Conv2d.Forward(Window.of(1, 0)), read, w);
        Value whole = op(new Concat(), read, written);
        BufferAssignment assignment = store(op(POOL, whole));
        assertThat(assignment.of(read)).isEqualTo(new Location(read, 0, 2));
        assertThat(assignment.of(written)).isEqualTo(new Location(written, 0, 2));
        assertThat(assignment.isFree(whole.producer())).isFalse();
    }

    @Test
    void partThatOccursTwiceInAConcatIsCopied() {
        Value part = op(POOL, image("x", 2));
        Value whole = op(new Concat(), part, part);
        assertThat(store(op(POOL, whole)).of(part).root()).isSameAs(part);
    }

    @Test
    void partOfTwoConcatsIsWrittenIntoTheFirst() {
        Value part = op(POOL, image("x", 2));
        Value first = op(new Concat(), part, op(POOL, part));
        Value second = op(new Concat(), part, op(POOL, first.producer().input(1)));
        BufferAssignment assignment = store(op(POOL, first), op(POOL, second));
        assertThat(assignment.of(part).root()).isSameAs(first);
        assertThat(assignment.inPlace(second.producer(), 0)).isFalse();
        assertThat(assignment.inPlace(second.producer(), 1)).isTrue();
    }

    @Test
    void graphOutputIsNotWrittenIntoAConcat() {
        Value part = op(POOL, image("x", 2));
        Value whole = op(new Concat(), part, op(POOL, part));
        assertThat(store(part, whole).of(part).root()).isSameAs(part);
    }

    @Test
    void sliceIsAView() {
        Value x = op(POOL, image("x", 6));
        Value slice = op(new Slice.Forward(2, 3), x);
        BufferAssignment assignment = store(op(POOL, slice), op(POOL, x));
        assertThat(assignment.of(slice)).isEqualTo(new Location(x, 2 * 4, 6));
        assertThat(assignment.isFree(slice.producer())).isTrue();
    }

    @Test
    void sliceThatAConvolutionReadsIsACopy() {
        Value w = builder.input("w", TensorType.of(DType.F32, 2, 1, 1, 3), Role.PARAMETER);
        Value slice = op(new Slice.Forward(2, 3), op(POOL, image("x", 6)));
        BufferAssignment assignment = store(op(new Conv2d.Forward(Window.of(1, 0)), slice, w));
        assertThat(assignment.of(slice)).isEqualTo(new Location(slice, 0, 3));
        assertThat(assignment.isFree(slice.producer())).isFalse();
    }

    @Test
    void attentionHeadsAreReadAndWrittenInPlace() {
        Value all = op(POOL, image("x", 6));
        Value query = op(new Slice.Forward(0, 3), all);
        Value key = op(new Slice.Forward(3, 3), all);
        Value scores = op(new MatMul.RightTransposed(1), query, key);
        Value shares = op(new Softmax.Forward(), scores);
        Value head = op(new MatMul.Plain(1), shares, key);
        Value together = op(new Concat(), op(POOL, query), head);
        BufferAssignment assignment = store(op(POOL, together));
        assertThat(assignment.of(key)).isEqualTo(new Location(all, 3 * 4, 6));
        assertThat(assignment.of(shares).root()).isSameAs(scores);
        assertThat(assignment.of(head)).isEqualTo(new Location(together, 3 * 4, 6));
        assertThat(assignment.isFree(together.producer())).isTrue();
    }

    @Test
    void matrixProductDoesNotAccumulateIntoItsOwnOperand() {
        Value x = op(POOL, image("x", 15));
        Value other = op(POOL, x);
        Value first = op(new MatMul.RightTransposed(1), x, x, other);
        Value second = op(new MatMul.RightTransposed(1), first, first, first);
        BufferAssignment assignment = store(op(POOL, second));
        assertThat(assignment.of(first).root()).isSameAs(other);
        assertThat(assignment.of(second).root()).isSameAs(second);
    }

    @Test
    void deadValueIsOverwritten() {
        Value x = op(POOL, image("x", 3));
        Value a = op(new Silu.Forward(), x);
        assertThat(store(op(POOL, a)).of(a).root()).isSameAs(x);
    }

    @Test
    void valueThatIsReadLaterIsNotOverwritten() {
        Value x = op(POOL, image("x", 3));
        Value a = op(new Silu.Forward(), x);
        assertThat(store(op(POOL, a), op(POOL, x)).of(a).root()).isSameAs(a);
    }

    @Test
    void valueIsNotOverwrittenIfASliceOfItIsReadLater() {
        Value x = op(POOL, image("x", 3));
        Value slice = op(new Slice.Forward(0, 1), x);
        Value a = op(new Silu.Forward(), x);
        assertThat(store(op(POOL, a), op(POOL, slice)).of(a).root()).isSameAs(a);
    }

    @Test
    void deadSliceIsOverwrittenWhileItsNeighborIsLive() {
        Value x = op(POOL, image("x", 4));
        Value left = op(new Slice.Forward(0, 2), x);
        Value right = op(new Slice.Forward(2, 2), x);
        Value a = op(new Silu.Forward(), left);
        BufferAssignment assignment = store(op(POOL, a), op(POOL, right));
        assertThat(assignment.of(a)).isEqualTo(assignment.of(left));
    }

    @Test
    void normalizationOverwritesItsResidualOrItsInput() {
        Value c = builder.input("c", TensorType.of(DType.F32, 3), Role.INPUT);
        Value y = op(POOL, image("x", 3));
        Value residual = op(POOL, y);
        Value a = op(new BnAct.Apply(Activation.SILU), y, c, c, c, c, residual);
        Value both = op(new BnAct.Apply(Activation.SILU), a, c, c, c, c, a);
        BufferAssignment assignment = store(op(POOL, both), op(POOL, y));
        assertThat(assignment.of(a).root()).isSameAs(residual);
        assertThat(assignment.of(both).root()).isSameAs(residual);
    }

    @Test
    void normalizationOverwritesItsInputIfItsResidualIsLive() {
        Value c = builder.input("c", TensorType.of(DType.F32, 3), Role.INPUT);
        Value y = op(POOL, image("x", 3));
        Value residual = op(POOL, y);
        Value a = op(new BnAct.Apply(Activation.SILU), y, c, c, c, c, residual);
        assertThat(store(op(POOL, a), op(POOL, residual)).of(a).root()).isSameAs(y);
    }

    @Test
    void gradientRecomputesItsActivationWithoutNewMemory() {
        List<Value> outputs = recomputing(op(POOL, image("x", 3)), op(POOL, image("d", 3)));
        Node gradient = outputs.getFirst().producer();
        BufferAssignment assignment = store(op(POOL, outputs.get(0)), op(POOL, outputs.get(BnAct.Gradient.RECOMPUTED)));
        assertThat(assignment.of(outputs.get(0)).root()).isSameAs(gradient.input(0));
        assertThat(assignment.of(outputs.get(BnAct.Gradient.RECOMPUTED)).root()).isSameAs(gradient.input(1));
    }

    @Test
    void outputsOfAGradientNeverShareMemory() {
        Value y = op(POOL, image("x", 3));
        Value da = op(POOL, y);
        List<Value> kept = recomputing(y, da); // da is read later: dy overwrites y, and a needs a new buffer
        List<Value> same = recomputing(kept.getFirst(), kept.getFirst());
        List<Value> one = recomputing(same.getFirst(), same.getFirst()); // dy is written without readers
        BufferAssignment assignment = store(op(POOL, da), op(POOL, kept.get(BnAct.Gradient.RECOMPUTED)),
                op(POOL, same.get(BnAct.Gradient.RECOMPUTED)), op(POOL, one.get(BnAct.Gradient.RECOMPUTED)));
        assertThat(assignment.of(kept.getFirst()).root()).isSameAs(y);
        for (List<Value> outputs : List.of(kept, same, one)) {
            assertThat(assignment.of(outputs.get(BnAct.Gradient.RECOMPUTED)).root())
                    .isNotSameAs(assignment.of(outputs.getFirst()).root());
        }
    }

    private List<Value> recomputing(Value y, Value da) {
        Value c = builder.input("c" + y.id(), TensorType.of(DType.F32, 3), Role.INPUT);
        return builder.emit(new BnAct.Gradient(Activation.SILU, true), "gradient", Role.ACTIVATION_GRADIENT, da, y, c,
                c, c, c);
    }

    @Test
    void graphOutputIsNotOverwritten() {
        Value x = op(POOL, image("x", 3));
        Value a = op(new Silu.Forward(), x);
        assertThat(store(x, a).of(a).root()).isSameAs(a);
    }

    @Test
    void persistentStateIsNotOverwritten() {
        Value state = builder.input("state", TensorType.of(DType.F32, 4), Role.PARAMETER);
        Value view = op(new Flat.View(0, Shape.of(4)), state);
        Value sum = op(new Add(), view, view);
        assertThat(store(sum).of(sum).root()).isSameAs(sum);
    }

    /// The kernel of the sum would overwrite channels before it has read them.
    @Test
    void sumOfOverlappingSlicesDoesNotOverwriteThem() {
        Value x = op(POOL, image("x", 6));
        Value left = op(new Slice.Forward(0, 4), x);
        Value right = op(new Slice.Forward(2, 4), x);
        Value sum = op(new Add(), left, right);
        builder.output("y", op(POOL, sum));
        ArenaRun.checkIdentities(Program.of(builder.build(), WorkspaceModel.none()));
    }

    @Test
    void convolutionDoesNotAccumulateIntoTheGradientThatItReads() {
        Value dy = op(POOL, image("dy", 2));
        Value w = builder.input("w", TensorType.of(DType.F32, 2, 3, 3, 2), Role.PARAMETER);
        Value dx = op(new Conv2d.DataGrad(Window.of(1, 1), dy.shape()), dy, w, dy);
        assertThat(store(op(POOL, dx)).of(dx).root()).isSameAs(dx);
    }

    @Test
    void poolingDoesNotAccumulateIntoTheGradientThatItReads() {
        Value dy = op(POOL, image("dy", 2));
        Value dx = op(new MaxPool.Gradient(3, 1, 1), image("x", 2), dy, dy);
        assertThat(store(op(POOL, dx)).of(dx).root()).isSameAs(dx);
    }

    @Test
    void sumOfAValueWithItselfOverwritesIt() {
        Value x = op(POOL, image("x", 2));
        Value sum = op(new Add(), x, x);
        assertThat(store(op(POOL, sum)).of(sum).root()).isSameAs(x);
    }

    @Test
    void gradientsOfParametersAreWrittenIntoTheFlatBuffer() {
        Value x = image("x", 2);
        Value dy = image("dy", 3);
        Value dw = op(new Conv2d.WeightGrad(Window.of(1, 0), Shape.of(3, 1, 1, 2)), x, dy);
        Value db = op(new Conv2d.BiasGrad(Window.of(1, 0)), dy);
        Value flat = op(new Flat.Pack(false), dw, db);
        BufferAssignment assignment = store(op(new GradientNorm(), flat));
        assertThat(assignment.of(dw).root()).isSameAs(flat);
        assertThat(assignment.of(db)).isEqualTo(new Location(flat, 6 * 4, 3));
        assertThat(assignment.isFree(flat.producer())).isTrue();
    }

    private BufferAssignment store(Value... outputs) {
        for (int i = 0; i < outputs.length; i++) {
            builder.output("out" + i, outputs[i]);
        }
        Graph graph = builder.build();
        ArenaRun.checkIdentities(Program.of(graph, WorkspaceModel.none()));
        return BufferAssignment.of(graph);
    }

    private Value image(String name, long channels) {
        return builder.input(name, TensorType.of(DType.F32, 1, 3, 5, channels), Role.ACTIVATION);
    }

    private Value op(Op op, Value... operands) {
        return builder.emit(op, "node", Role.ACTIVATION, operands).getFirst();
    }
}

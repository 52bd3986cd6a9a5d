package io.yolofit.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import org.junit.jupiter.api.Test;

class CostTest {
    private final GraphBuilder builder = new GraphBuilder();

    @Test
    void convolutionAndAdjointsCountTwoOperationsPerProduct() {
        Value x = input(DType.F16, 16, 80, 80, 64);
        Value w = input(DType.F16, 128, 3, 3, 64);
        Value dy = input(DType.F16, 16, 40, 40, 128);
        double flops = 2.0 * 16 * 40 * 40 * 128 * 64 * 9;
        double bytes = 2.0 * (16 * 80 * 80 * 64 + 128 * 9 * 64 + 16 * 40 * 40 * 128);
        assertThat(cost(new Conv2d.Forward(Window.of(2, 1)), x, w)).isEqualTo(new Cost(flops, bytes));
        assertThat(cost(new Conv2d.DataGrad(Window.of(2, 1), x.shape()), dy, w)).isEqualTo(new Cost(flops, bytes));
        assertThat(cost(new Conv2d.WeightGrad(Window.of(2, 1), w.shape()), x, dy))
                .isEqualTo(new Cost(flops, bytes + 2.0 * 128 * 9 * 64)); // written in fp32
    }

    @Test
    void groupsDivideTheOperations() {
        Value x = input(DType.F32, 1, 8, 8, 64);
        Value w = input(DType.F32, 64, 3, 3, 1);
        assertThat(cost(new Conv2d.Forward(new Window(1, 1, 1, 64)), x, w).flops()).isEqualTo(2.0 * 8 * 8 * 64 * 9);
    }

    @Test
    void pointwiseOpsReadAndWriteEveryElementOnce() {
        Value x = input(DType.F16, 1, 8, 8, 4);
        assertThat(cost(new Add(), x, x)).isEqualTo(new Cost(256, 3 * 512));
        assertThat(cost(new Silu.Forward(), x).bytes()).isEqualTo(2 * 512);
        assertThat(cost(new Slice.Forward(0, 1), x)).isEqualTo(new Cost(0, 2 * 128));
    }

    @Test
    void normalizationReadsItsInputTwice() {
        Value y = input(DType.F16, 1, 8, 8, 4);
        Value c = input(DType.F32, 4);
        double small = 8.0 * 16; // four vectors in, four out
        assertThat(cost(new BnAct.Forward(Activation.SILU, 1e-3, .03), y, c, c, c, c).bytes())
                .isEqualTo(3 * 512 + small);
        assertThat(cost(new BnAct.Forward(Activation.SILU, 1e-3, .03), y, c, c, c, c, y))
                .isEqualTo(new Cost(13 * 256, 4 * 512 + small));
        assertThat(cost(new BnAct.Apply(Activation.SILU), y, c, c, c, c, y)).isEqualTo(new Cost(9 * 256, 3 * 512 + 64));
        assertThat(cost(new BnAct.Apply(Activation.SILU).with(new BnAct.Copy(1, 2)), y, c, c, c, c))
                .isEqualTo(new Cost(8 * 256, 2 * 512 + 256 + 64));
        assertThat(cost(new BnAct.Gradient(Activation.SILU), y, y, c, c, c, c))
                .isEqualTo(new Cost(25 * 256, 5 * 512 + 6 * 16));
        assertThat(cost(new BnAct.Gradient(Activation.SILU, true), y, y, c, c, c, c))
                .isEqualTo(new Cost(26 * 256, 6 * 512 + 6 * 16));
    }

    @Test
    void matrixProductCountsTwoOperationsPerTerm() {
        Value q = input(DType.F16, 4, 20, 20, 32);
        Value p = input(DType.F16, 4, 20, 20, 400);
        Value v = input(DType.F16, 4, 20, 20, 64);
        double scores = 2.0 * 4 * 400 * 400;
        assertThat(cost(new MatMul.RightTransposed(1), q, q))
                .isEqualTo(new Cost(scores * 32, scores + 2 * 2 * 4 * 400 * 32));
        assertThat(cost(new MatMul.Plain(1), p, v).flops()).isEqualTo(scores * 64);
        assertThat(cost(new MatMul.LeftTransposed(1, 20, 20), p, v, v))
                .isEqualTo(new Cost(scores * 64, scores + 3 * 2 * 4 * 400 * 64));
    }

    @Test
    void poolingCountsThePixelsOfItsWindow() {
        Value x = input(DType.F16, 1, 9, 9, 4);
        assertThat(cost(new AveragePool.Forward(2, 1, 0), x)).isEqualTo(new Cost(4 * 256, 2 * (324 + 256)));
        assertThat(cost(new Softmax.Forward(), x).bytes()).isEqualTo(2 * 2 * 324);
    }

    @Test
    void exchangesCountTheBytesOfTheirLinks() {
        Value vector = input(DType.F32, 100);
        AllReduce sum = new AllReduce(4);
        assertThat(cost(sum, vector)).isEqualTo(new Cost(75, 800));
        Node node = builder.emit(sum, "node", Role.GRADIENT, vector).getFirst().producer();
        assertThat(sum.linkBytes(node)).isEqualTo(600);
    }

    @Test
    void halvesCountTheirPassesOverTheTensor() {
        Value y = input(DType.F16, 1, 8, 8, 4);
        Value c = input(DType.F32, 4);
        Value sums = input(DType.F32, 9);
        assertThat(cost(new BnHalf.Sums(), y, c)).isEqualTo(new Cost(4 * 256, 512));
        assertThat(cost(new BnHalf.Reduce(Activation.SILU), y, y, c, c, c, c)).isEqualTo(new Cost(12 * 256, 2 * 512));
        assertThat(cost(new BnHalf.Gradient(Activation.SILU, false), y, y, c, c, c, c, sums))
                .isEqualTo(new Cost(13 * 256, 3 * 512 + 4 * 16 + 36));
    }

    @Test
    void viewsAreFree() {
        assertThat(cost(new Flat.View(0, Shape.of(2)), input(DType.F32, 4))).isEqualTo(Cost.NOTHING);
        assertThat(new Cost(1, 2).plus(new Cost(3, 4))).isEqualTo(new Cost(4, 6));
    }

    private Value input(DType dtype, long... dims) {
        return builder.input("in" + builder.build().inputs().size(), TensorType.of(dtype, dims), Role.ACTIVATION);
    }

    private Cost cost(Op op, Value... operands) {
        Node node = builder.emit(op, "node", Role.ACTIVATION, operands).getFirst().producer();
        return op.cost(node);
    }
}

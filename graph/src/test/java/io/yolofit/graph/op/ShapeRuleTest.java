package io.yolofit.graph.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.ModelException;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Operands and outputs are written as in the text form: `f32[2,8,8,3]`.
class ShapeRuleTest {
    private static final List<Integer> STRIDES = List.of(8, 16);
    private static final String HEAD = "f16[2,4,4,64] f16[2,4,4,3] f16[2,2,2,64] f16[2,2,2,3]";
    private static final DetectionLoss LOSS = DetectionLoss.of(STRIDES, 16, true);
    private static final Update SGD = new Update(Update.Rule.SGD, List.of(4L, 6L, 8L), false);
    private static final Update ADAM = new Update(Update.Rule.ADAM, List.of(4L, 6L, 8L), true);

    static List<Arguments> rules() {
        return List.of(
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[2,8,8,3] f32[4,3,3,3]", "f32[2,8,8,4]"),
                rule(new Conv2d.Forward(Window.of(2, 2)), "bf16[1,13,7,3] bf16[16,6,6,3] bf16[16]", "bf16[1,6,3,16]"),
                rule(new Conv2d.Forward(new Window(1, 2, 2, 2)), "f32[1,7,5,8] f32[6,3,3,4]", "f32[1,7,5,6]"),
                rule(new Conv2d.DataGrad(Window.of(2, 1), Shape.of(2, 8, 8, 3)), "f16[2,4,4,5] f16[5,3,3,3]",
                        "f16[2,8,8,3]"),
                rule(new Conv2d.DataGrad(Window.of(2, 1), Shape.of(2, 8, 8, 3)),
                        "f16[2,4,4,5] f16[5,3,3,3] f16[2,8,8,3]", "f16[2,8,8,3]"),
                rule(new Conv2d.WeightGrad(Window.of(2, 1), Shape.of(5, 3, 3, 3)), "f16[2,8,8,3] f16[2,4,4,5]",
                        "f32[5,3,3,3]"),
                rule(new Conv2d.BiasGrad(Window.of(1, 0)), "bf16[2,4,4,5] f32[5]", "f32[5]"),
                rule(new BnAct.Forward(Activation.SILU, 1e-3, .03), "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]",
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]"),
                rule(new BnAct.Forward(Activation.SILU, 1e-3, .03),
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f16[2,4,4,5]",
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]"),
                rule(new BnAct.Apply(Activation.SILU), "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]", "f16[2,4,4,5]"),
                rule(new BnAct.Apply(Activation.SILU), "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f16[2,4,4,5]",
                        "f16[2,4,4,5]"),
                rule(new BnAct.Forward(Activation.SILU, 1e-3, .03).with(new BnAct.Copy(2, 3)),
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]",
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f16[2,4,4,3]"),
                rule(new BnAct.Apply(Activation.SILU).with(new BnAct.Copy(0, 1)),
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f16[2,4,4,5]", "f16[2,4,4,5] f16[2,4,4,1]"),
                rule(new BnAct.Gradient(Activation.SILU), "f16[2,4,4,5] f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]",
                        "f16[2,4,4,5] f32[5] f32[5]"),
                rule(new BnAct.Gradient(Activation.SILU, true), "f16[2,4,4,5] f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]",
                        "f16[2,4,4,5] f32[5] f32[5] f16[2,4,4,5]"),
                rule(new Silu.Forward(), "f16[7]", "f16[7]"),
                rule(new Silu.Gradient(), "f16[7] f16[7]", "f16[7]"),
                rule(new MaxPool.Forward(5, 1, 2), "f32[1,13,7,3]", "f32[1,13,7,3]"),
                rule(new MaxPool.Forward(2, 2, 0), "f32[1,13,7,3]", "f32[1,6,3,3]"),
                rule(new MaxPool.Gradient(2, 2, 0), "f32[1,13,7,3] f32[1,6,3,3]", "f32[1,13,7,3]"),
                rule(new Upsample.Forward(2), "f32[1,13,7,3]", "f32[1,26,14,3]"),
                rule(new Upsample.Gradient(2), "f32[1,26,14,3]", "f32[1,13,7,3]"),
                rule(new Concat(), "f32[1,2,2,3] f32[1,2,2,1]", "f32[1,2,2,4]"),
                rule(new Slice.Forward(1, 2), "f32[1,2,2,3]", "f32[1,2,2,2]"),
                rule(new Slice.Gradient(1, 3), "f32[1,2,2,2]", "f32[1,2,2,3]"),
                rule(new Detach(), "f16[1,2,2,3]", "f16[1,2,2,3]"),
                rule(new Add(), "f32[3] f32[3]", "f32[3]"),
                rule(new Pixels(DType.BF16), "u8[1,2,2,3]", "bf16[1,2,2,3]"),
                rule(new Cast(DType.F16), "f32[3]", "f16[3]"),
                rule(new Flat.View(2, Shape.of(2, 3)), "f32[8]", "f32[2,3]"),
                rule(new Flat.Pack(false), "f32[2,3] f32[2]", "f32[8]"),
                rule(new Flat.Pack(true), "f32[8] f32[2,3] f32[2]", "f32[8]"),
                rule(new FoldBatchNorm(1e-3, DType.F16), "f32[5,3,3,2] f32[5] f32[5] f32[5] f32[5]",
                        "f16[5,3,3,2] f16[5]"),
                rule(new DetectionDecode(STRIDES, 16), HEAD, "f32[2,20,7]"),
                rule(LOSS, HEAD + " f32[9,5] i32[3] f32[12]", "f32[3] " + HEAD),
                rule(DetectionLoss.of(STRIDES, 16, false), HEAD + " f32[9,5] i32[3] f32[12]", "f32[3]"),
                rule(new GradientNorm(), "f32[8]", "f32[1]"),
                rule(new LossScale.Apply(), "f32[12] f32[3]", "f32[12]"),
                rule(LossScale.Adjust.standard(), "f32[3] f32[1]", "f32[3]"),
                rule(SGD, "f32[9] f32[8] f32[1] f32[12] f32[12] f32[3] f32[8]", "f32[9] f32[12] f32[8]"),
                rule(ADAM, "f32[9] f32[8] f32[1] f32[12] f32[12] f32[3] f32[8] f32[8]",
                        "f32[9] f32[12] f32[8] f32[8] f32[8]"));
    }

    static List<Arguments> rulesOfAveragesAndProducts() {
        return List.of(
                rule(new AveragePool.Forward(2, 1, 0), "f16[1,13,7,3]", "f16[1,12,6,3]"),
                rule(new AveragePool.Forward(3, 2, 1), "f32[1,13,8,3]", "f32[1,7,4,3]"),
                rule(new AveragePool.Gradient(2, 1, 0, Shape.of(1, 13, 7, 3)), "f16[1,12,6,3]", "f16[1,13,7,3]"),
                rule(new AveragePool.Gradient(2, 1, 0, Shape.of(1, 3, 7, 3)), "f16[1,2,6,3] f16[1,3,7,3]",
                        "f16[1,3,7,3]"),
                rule(new LeakyRelu.Forward(.1), "f16[7]", "f16[7]"),
                rule(new LeakyRelu.Gradient(.1), "f16[7] f16[7]", "f16[7]"),
                rule(new Reshape(Shape.of(8, 5, 1, 3)), "bf16[2,4,5,3]", "bf16[8,5,1,3]"),
                rule(new Reshape(Shape.of(7, 1, 1, 1)), "f32[7]", "f32[7,1,1,1]"),
                rule(new SumConvolutions(DType.F16), "f32[5,7,7,1] f32[5] f32[5,3,3,1] f32[5]", "f16[5,7,7,1] f16[5]"),
                rule(new Softmax.Forward(), "bf16[2,4,5,20]", "bf16[2,4,5,20]"),
                rule(new Softmax.Gradient(), "f32[3,7] f32[3,7]", "f32[3,7]"),
                rule(new MatMul.RightTransposed(.5), "f16[2,4,5,8] f16[2,3,7,8]", "f16[2,4,5,21]"),
                rule(new MatMul.Plain(1), "f16[2,4,5,21] f16[2,3,7,8]", "f16[2,4,5,8]"),
                rule(new MatMul.Plain(1), "f16[2,4,5,21] f16[2,3,7,8] f16[2,4,5,8]", "f16[2,4,5,8]"),
                rule(new MatMul.LeftTransposed(1, 3, 7), "f32[2,4,5,21] f32[2,4,5,8]", "f32[2,3,7,8]"));
    }

    static List<Arguments> rulesOfRanks() {
        String gradient = "f16[2,4,4,5] f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]";
        return List.of(
                rule(new AllReduce(2), "f32[7]", "f32[7]"),
                rule(new BnHalf.Sums(), "f16[2,4,4,5] f32[5]", "f32[11]"),
                rule(new BnHalf.Moments(1e-3, .03), "f32[11] f32[5] f32[5]", "f32[5] f32[5] f32[5] f32[5]"),
                rule(new BnHalf.Reduce(Activation.SILU), gradient, "f32[5] f32[5] f32[11]"),
                rule(new BnHalf.Gradient(Activation.SILU, false), gradient + " f32[11]", "f16[2,4,4,5]"),
                rule(new BnHalf.Gradient(Activation.SILU, true), gradient + " f32[11]",
                        "f16[2,4,4,5] f16[2,4,4,5]"),
                rule(LOSS.assign(), HEAD + " f32[9,5] i32[3]", "i32[40] f32[40] f32[2]"),
                rule(LOSS, HEAD + " f32[9,5] i32[3] f32[12] i32[40] f32[40] f32[2]", "f32[3] " + HEAD));
    }

    static List<Arguments> mistakesOfRanks() {
        return List.of(
                rule(new AllReduce(2), "f16[7]", "the vector is f16, but must be f32"),
                rule(new AllReduce(2), "f32[7,2]", "vector has 2 dimensions, but must have 1: f32[7,2]"),
                rule(new BnHalf.Sums(), "f16[2,4,4,5] f32[6]", "running mean has 6 elements, but must have 5"),
                rule(new BnHalf.Moments(1e-3, .03), "f32[10] f32[5] f32[5]", "sums has 10 elements, but must have 11"),
                rule(new BnHalf.Gradient(Activation.SILU, false),
                        "f16[2,4,4,5] f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f32[10]",
                        "sums has 10 elements, but must have 11"),
                rule(LOSS, HEAD + " f32[9,5] i32[3] f32[12] i32[40]",
                        "has 8 operands, but takes 7 or, with an assignment, 10"),
                rule(LOSS, HEAD + " f32[9,5] i32[3] f32[12] i32[39] f32[40] f32[2]",
                        "objects and i32[images * anchors] differ: i32[39] and i32[40]"));
    }

    static List<Arguments> mistakes() {
        return List.of(
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[2,8,8,4] f32[4,3,3,3]",
                        "x has 4 channels, but w expects 3"),
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[2,8,8,3] f16[4,3,3,3]", "x is f32, but w is f16"),
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[2,8,8,3]", "has 1 operands, but takes 2 to 3"),
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[8,8,3] f32[4,3,3,3]",
                        "x has 3 dimensions, but must have 4: f32[8,8,3]"),
                rule(new Conv2d.Forward(new Window(1, 1, 1, 2)), "f32[2,8,8,6] f32[5,3,3,3]",
                        "5 output channels do not split into 2 groups"),
                rule(new Conv2d.Forward(Window.of(1, 1)), "f32[2,8,8,3] f32[4,3,3,3] f32[3]",
                        "b has 3 elements, but w has 4 outputs"),
                rule(new Conv2d.Forward(Window.of(1, 0)), "f32[2,2,8,3] f32[4,3,3,3]",
                        "a 3x3 kernel does not fit a 2x8 image"),
                rule(new Conv2d.DataGrad(Window.of(1, 1), Shape.of(2, 8, 8, 3)), "f16[2,8,8,5] f16[5,3,3,2]",
                        "w expects 2 channels, but x has 3"),
                rule(new Conv2d.DataGrad(Window.of(1, 1), Shape.of(2, 8, 8, 3)),
                        "f16[2,8,8,5] f16[5,3,3,3] f32[2,8,8,3]",
                        "the gradient and the one to add to differ: f16[2,8,8,3] and f32[2,8,8,3]"),
                rule(new Conv2d.WeightGrad(Window.of(1, 1), Shape.of(5, 3, 3, 3)), "f16[2,8,8,3] f16[2,8,8,4]",
                        "dy has 4 channels, but w has 5 outputs"),
                rule(new Conv2d.WeightGrad(Window.of(1, 1), Shape.of(5, 3, 3, 3)), "f16[2,8,8,3] f32[2,8,8,5]",
                        "x is f16, but dy is f32"),
                rule(new BnAct.Forward(Activation.SILU, 1e-3, .03), "f16[2,4,4,5] f32[5] f32[4] f32[5] f32[5]",
                        "beta has 4 elements, but must have 5"),
                rule(new BnAct.Forward(Activation.SILU, 1e-3, .03), "f16[2,4,4,5] f16[5] f32[5] f32[5] f32[5]",
                        "gamma is f16, but must be f32"),
                rule(new BnAct.Apply(Activation.SILU), "f16[2,4,4,5] f32[5] f32[5] f32[4] f32[5]",
                        "mean has 4 elements, but must have 5"),
                rule(new BnAct.Apply(Activation.SILU), "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5] f32[2,4,4,5]",
                        "residual and y differ: f32[2,4,4,5] and f16[2,4,4,5]"),
                rule(new BnAct.Apply(Activation.SILU).with(new BnAct.Copy(3, 3)),
                        "f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]", "channels 3 to 6 are outside of y"),
                rule(new BnAct.Gradient(Activation.SILU), "f32[2,4,4,5] f16[2,4,4,5] f32[5] f32[5] f32[5] f32[5]",
                        "da and y differ: f32[2,4,4,5] and f16[2,4,4,5]"),
                rule(new Silu.Gradient(), "f16[7] f16[8]", "da and x differ: f16[7] and f16[8]"),
                rule(new MaxPool.Forward(3, 1, 2), "f32[1,8,8,3]", "padding 2 is more than half of the kernel, 3"),
                rule(new MaxPool.Forward(5, 1, 0), "f32[1,4,8,3]", "a window of 5 does not fit an image of 4x8"),
                rule(new MaxPool.Gradient(2, 2, 0), "f32[1,8,8,3] f32[1,4,4,2]",
                        "the pool's output and dy differ: f32[1,4,4,3] and f32[1,4,4,2]"),
                rule(new Upsample.Gradient(2), "f32[1,5,4,3]", "5x4 does not divide by 2"),
                rule(new Concat(), "f32[1,2,2,3] f32[1,2,3,1]",
                        "parts differ in more than channels: f32[1,2,2,3] and f32[1,2,3,1]"),
                rule(new Slice.Forward(2, 2), "f32[1,2,2,3]", "channels 2 to 4 are outside of x"),
                rule(new Slice.Gradient(2, 3), "f32[1,2,2,2]", "channels 2 to 4 are outside of 3"),
                rule(new Add(), "f32[3] f16[3]", "a and b differ: f32[3] and f16[3]"),
                rule(new Pixels(DType.F32), "f32[1,2,2,3]", "x is f32, but must be u8"),
                rule(new Cast(DType.F16), "u8[3]", "u8 cannot be cast to f16"),
                rule(new Flat.View(3, Shape.of(2, 3)), "f32[8]", "elements 3 to 9 are outside of the buffer's 8"),
                rule(new Flat.Pack(false), "f32[3] f16[3]", "part 1 is f16, but must be f32"),
                rule(new Flat.Pack(true), "f32[8] f32[3]", "flat has 8 elements, but must have 3"),
                rule(new FoldBatchNorm(1e-3, DType.F16), "f32[5,3,3,2] f32[5] f32[5] f32[5] f32[4]",
                        "variance has 4 elements, but must have 5"));
    }

    static List<Arguments> mistakesOfAveragesAndProducts() {
        return List.of(
                rule(new AveragePool.Forward(3, 1, 2), "f32[1,8,8,3]", "padding 2 is more than half of the kernel, 3"),
                rule(new AveragePool.Forward(5, 1, 0), "f32[1,8,4,3]", "a window of 5 does not fit an image of 8x4"),
                rule(new AveragePool.Gradient(2, 2, 0, Shape.of(1, 8, 8, 3)), "f32[1,4,5,3]",
                        "the pool's output and dy differ: f32[1,4,4,3] and f32[1,4,5,3]"),
                rule(new AveragePool.Gradient(2, 2, 0, Shape.of(1, 8, 8, 3)), "f32[1,4,4,3] f32[1,8,9,3]",
                        "the gradient and the one to add to differ: f32[1,8,8,3] and f32[1,8,9,3]"),
                rule(new LeakyRelu.Gradient(0), "f16[7] f16[8]", "da and x differ: f16[7] and f16[8]"),
                rule(new Reshape(Shape.of(4, 5, 1, 3)), "f32[2,4,5,3]", "x has 120 elements, but [4,5,1,3] has 60"),
                rule(new Reshape(Shape.of(2, 4, 3, 5)), "f32[2,4,5,3]", "x has 3 channels, but [2,4,3,5] has 5"),
                rule(new SumConvolutions(DType.F32), "f32[5,3,3,2] f32[5] f32[5,2,2,2] f32[5]",
                        "v of f32[5,2,2,2] has no center in w of f32[5,3,3,2]"),
                rule(new SumConvolutions(DType.F32), "f32[5,3,3,2] f32[5] f32[4,1,1,2] f32[5]",
                        "w is f32[5,3,3,2], but v is f32[4,1,1,2]"),
                rule(new Softmax.Forward(), "i32[7]",
                        "x is i32[7], but must have a last dimension and a floating-point type"),
                rule(new Softmax.Gradient(), "f16[2,7] f16[7,2]", "dy and y differ: f16[2,7] and f16[7,2]"),
                rule(new MatMul.RightTransposed(1), "f16[2,4,5,8] f16[2,3,7,9]", "a has 8 channels, but b has 9"),
                rule(new MatMul.RightTransposed(1), "f16[2,4,5,8] f16[3,4,5,8]", "a has 2 images, but b has 3"),
                rule(new MatMul.RightTransposed(1), "f16[2,4,5,8] f32[2,4,5,8]",
                        "a is f16 and b is f32, but both must have the same floating-point type"),
                rule(new MatMul.RightTransposed(1), "f16[2,20,8] f16[2,20,8]",
                        "a has 3 dimensions, but must have 4: f16[2,20,8]"),
                rule(new MatMul.Plain(1), "f16[2,4,5,20] f16[2,3,7,8]", "a has 20 columns, but b has 3x7 pixels"),
                rule(new MatMul.Plain(1), "f16[2,4,5,21] f16[2,3,7,8] f16[2,4,5,9]",
                        "the product and what it is added to differ: f16[2,4,5,8] and f16[2,4,5,9]"),
                rule(new MatMul.LeftTransposed(1, 3, 7), "f32[2,4,5,21] f32[2,5,4,8]",
                        "a has 4x5 pixels, but b has 5x4"),
                rule(new MatMul.LeftTransposed(1, 3, 6), "f32[2,4,5,21] f32[2,4,5,8]",
                        "a has 21 columns, but the result 3x6 pixels"));
    }

    static List<Arguments> mistakesOfHeadsAndUpdates() {
        return List.of(
                rule(new DetectionDecode(STRIDES, 16), "f16[2,4,4,64] f16[2,4,4,3]",
                        "2 levels need 4 operands, but there are 2"),
                rule(new DetectionDecode(STRIDES, 8), HEAD, "box logits have 64 channels, but 8 bins need 32"),
                rule(new DetectionDecode(List.of(), 16), HEAD, "the head has no level"),
                rule(new DetectionDecode(STRIDES, 16), "f16[2,4,4,64] f16[2,4,4,3] f16[2,2,2,64] f16[2,2,2,4]",
                        "class and box logits of level 1 differ: f16[2,2,2,4] and f16[2,2,2,3]"),
                rule(new DetectionDecode(STRIDES, 16), "f16[2,4,4,64] f16[2,4,4,3] f16[1,2,2,64] f16[1,2,2,3]",
                        "level 1 has 1 images, but level 0 has 2"),
                rule(LOSS, HEAD + " f32[9,4] i32[3] f32[12]", "targets are f32[9,4], not f32[T,5]"),
                rule(LOSS, HEAD + " f32[9,5] i32[2] f32[12]",
                        "offsets and i32[images + 1] differ: i32[2] and i32[3]"),
                rule(LOSS, HEAD + " f32[9,5] i32[3] f32[9]", "scalars has 9 elements, but must have 12"),
                rule(new LossScale.Apply(), "f32[12] f32[2]", "scaler has 2 elements, but must have 3"),
                rule(LossScale.Adjust.standard(), "f32[3] f32[2]", "norm has 2 elements, but must have 1"),
                rule(SGD, "f32[9] f32[7] f32[1] f32[12] f32[12] f32[3] f32[7]",
                        "groups end at [4, 6, 8], but there are 7 gradients"),
                rule(SGD, "f32[7] f32[8] f32[1] f32[12] f32[10] f32[3] f32[8]", "8 gradients for 7 parameters"),
                rule(SGD, "f32[9] f32[8] f32[1] f32[12] f32[11] f32[3] f32[8]",
                        "ema has 11 elements, but must have 12"),
                rule(ADAM, "f32[9] f32[8] f32[1] f32[12] f32[12] f32[3] f32[8]", "has 7 operands, but takes 8 to 8"));
    }

    @ParameterizedTest(name = "{0} of {1} gives {2}")
    @MethodSource({"rules", "rulesOfAveragesAndProducts", "rulesOfRanks"})
    void outputsFollowFromOperands(Op op, String operands, String outputs) {
        List<Value> values = new GraphEmitter(operands).emit(op);
        assertThat(String.join(" ", values.stream().map(value -> value.type().toString()).toList())).isEqualTo(outputs);
    }

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @MethodSource({"mistakes", "mistakesOfAveragesAndProducts", "mistakesOfHeadsAndUpdates", "mistakesOfRanks"})
    void errorsListOperandsAndPlace(Op op, String operands, String complaint) {
        assertThatThrownBy(() -> new GraphEmitter(operands).emit(op)).isInstanceOf(ModelException.class)
                .satisfies(error -> {
                    List<String> lines = error.getMessage().lines().toList();
                    assertThat(lines.getFirst()).isEqualTo(op.name() + ": " + complaint);
                    String[] types = operands.split(" ");
                    for (int i = 0; i < types.length; i++) {
                        assertThat(lines.get(1 + i)).matches("    #" + i + " +" + Pattern.quote(types[i])
                                + " +operand" + i);
                    }
                    assertThat(lines.getLast()).isEqualTo("    at  model.7.cv1");
                });
    }

    @Test
    void everyOpHasAShapeRuleHere() {
        List<Class<?>> tested = new ArrayList<>(Stream.of(rules(), rulesOfAveragesAndProducts(), rulesOfRanks())
                .flatMap(List::stream).map(rule -> rule.get()[0].getClass()).toList());
        assertThat(tested).containsAll(records(Op.class));
    }

    @Test
    void invalidAttributesAreRejected() {
        assertThatThrownBy(() -> new Window(0, 0, 1, 1)).hasMessageContaining("stride 0");
        assertThatThrownBy(() -> new Window(1, -1, 1, 1)).hasMessageContaining("padding -1");
        assertThatThrownBy(() -> new MaxPool.Forward(0, 1, 0)).hasMessageContaining("kernel 0");
        assertThatThrownBy(() -> new MaxPool.Forward(3, 0, 1)).hasMessageContaining("stride 0");
        assertThatThrownBy(() -> new MaxPool.Gradient(3, 1, -1)).hasMessageContaining("padding -1");
        assertThatThrownBy(() -> new AveragePool.Forward(0, 1, 0)).hasMessageContaining("kernel 0");
        assertThatThrownBy(() -> new AveragePool.Gradient(2, 0, 0, Shape.of(1, 2, 2, 1)))
                .hasMessageContaining("stride 0");
        assertThatThrownBy(() -> new MatMul.Plain(Double.NaN)).hasMessageContaining("scale NaN");
        assertThatThrownBy(() -> new MatMul.RightTransposed(0)).hasMessageContaining("scale 0.0");
        assertThatThrownBy(() -> new MatMul.LeftTransposed(1, 0, 3)).hasMessageContaining("0x3 pixels");
        assertThatThrownBy(() -> new LossScale.Adjust(.5, .5, 1)).hasMessageContaining("growth 0.5");
        assertThatThrownBy(() -> new LossScale.Adjust(2, 1, 1)).hasMessageContaining("backoff 1.0");
        assertThatThrownBy(() -> new LossScale.Adjust(2, .5, 0)).hasMessageContaining("interval 0");
        assertThatThrownBy(() -> new Upsample.Forward(0)).hasMessageContaining("factor 0");
    }

    private static List<Class<?>> records(Class<?> type) {
        return type.isRecord() ? List.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(sub -> records(sub).stream()).distinct()
                        .toList();
    }

    private static Arguments rule(Op op, String operands, String result) {
        return Arguments.of(op, operands, result);
    }

    /// Emits an op on operands of given types.
    private static final class GraphEmitter {
        private final GraphBuilder builder = new GraphBuilder();
        private final List<Value> operands = new ArrayList<>();

        GraphEmitter(String types) {
            for (String type : types.split(" ")) {
                int open = type.indexOf('[');
                long[] dims = Arrays.stream(type.substring(open + 1, type.length() - 1).split(","))
                        .mapToLong(Long::parseLong).toArray();
                DType dtype = DType.valueOf(type.substring(0, open).toUpperCase(Locale.ROOT));
                operands.add(builder.input("operand" + operands.size(), TensorType.of(dtype, dims), Role.ACTIVATION));
            }
        }

        List<Value> emit(Op op) {
            return builder.emit(op, "model.7.cv1", Role.ACTIVATION, operands);
        }
    }
}

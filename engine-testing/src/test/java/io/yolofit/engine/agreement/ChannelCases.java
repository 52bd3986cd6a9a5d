package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.Upsample;
import io.yolofit.graph.op.Window;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The ops that iterate over channels, on channel counts and offsets that prevent vectorized access: any number of
/// channels, and slices from the second channel on.
record ChannelCases(Agreement agreement, Seed seed, DType type, int channels) {
    private static final int IMAGES = 2;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;

    /// Builds a case of one op with its operands.
    interface Case {
        Agreement of(ChannelCases it);
    }

    static ChannelCases of(DType type, int channels) {
        return new ChannelCases(new Agreement(), new Seed(channels), type, channels);
    }

    static Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("silu", it -> it.pointwise(new Silu.Forward(), it.x("x")));
        cases.put("silu gradient", it -> it.pointwise(new Silu.Gradient(), it.x("da"), it.x("x")));
        cases.put("add", it -> it.pointwise(new Add(), it.x("a"), it.x("b")));
        cases.put("concat", it -> it.pointwise(new Concat(), it.x("a"), it.silu("b"), it.x("c")));
        cases.put("slice", it -> it.pointwise(new Silu.Forward(), it.slice(it.x("x"))));
        cases.put("slices added", it -> it.pointwise(new Add(), it.slice(it.x("x")), it.slice(it.x("y"))));
        cases.put("slice gradient", it -> it.pointwise(new Slice.Gradient(2, it.channels + 3L), it.x("dy")));
        cases.put("upsample", it -> it.pointwise(new Upsample.Forward(2), it.x("x")));
        cases.put("upsample gradient", it -> it.pointwise(new Upsample.Gradient(2),
                it.sized("dy", 2 * HEIGHT, 2 * WIDTH)));
        cases.put("max pool", it -> it.pointwise(new MaxPool.Forward(5, 1, 2), it.x("x")));
        cases.put("max pool gradient", it -> it.pointwise(new MaxPool.Gradient(5, 1, 2), it.x("x"), it.x("dy")));
        cases.put("average pool", it -> it.pointwise(new AveragePool.Forward(2, 1, 0), it.x("x")));
        cases.put("average pool gradient", it -> it.pointwise(new AveragePool.Gradient(2, 1, 0,
                Shape.of(IMAGES, HEIGHT + 1, WIDTH + 1, it.channels)), it.x("dy")));
        cases.put("softmax", it -> it.pointwise(new Softmax.Forward(), it.x("x")));
        cases.put("softmax of a slice", it -> it.pointwise(new Softmax.Forward(), it.slice(it.x("x"))));
        cases.put("softmax gradient", it -> it.pointwise(new Softmax.Gradient(), it.x("dy"), it.x("y")));
        cases.put("products of pixels", it -> it.pointwise(new MatMul.RightTransposed(.5), it.x("a"), it.x("b")));
        cases.put("product with pixels", it -> it.pointwise(new MatMul.Plain(1),
                it.agreement.normal("a", it.seed, it.type, IMAGES, 3, 4, (long) HEIGHT * WIDTH), it.slice(it.x("b"))));
        cases.put("bias gradient", it -> it.pointwise(new Conv2d.BiasGrad(Window.of(1, 0)), it.x("dy")));
        for (Activation activation : Activation.values()) {
            cases.put("normalization " + activation, it -> it.normalization(activation, BnAct.Copy.NONE));
            cases.put("normalization, residual, one copied " + activation, it -> it.normalization(activation,
                    new BnAct.Copy(it.channels - 1, 1), it.x("residual")));
            cases.put("normalization, residual, half copied " + activation, it -> it.normalization(activation,
                    it.half(), it.x("residual")));
            cases.put("normalization, residual with a pitch " + activation, it -> it.normalization(activation,
                    BnAct.Copy.NONE, it.part()));
            cases.put("normalization gradient " + activation,
                    it -> it.normalizationGradient(new BnAct.Gradient(activation)));
            cases.put("normalization gradient, recomputing " + activation,
                    it -> it.normalizationGradient(new BnAct.Gradient(activation, true)));
        }
        return cases;
    }

    private Value x(String name) {
        return sized(name, HEIGHT, WIDTH);
    }

    private Value sized(String name, int height, int width) {
        return agreement.normal(name, seed, type, IMAGES, height, width, channels);
    }

    private Value silu(String name) {
        return agreement.one(new Silu.Forward(), x(name));
    }

    /// All channels except the first, if there is more than one.
    private Value slice(Value x) {
        int offset = Math.min(1, channels - 1);
        return agreement.one(new Slice.Forward(offset, channels - offset), x);
    }

    /// The same number of channels, as a slice of a wider tensor from its second channel on.
    private Value part() {
        return agreement.one(new Slice.Forward(1, channels),
                agreement.normal("wide", seed, type, IMAGES, HEIGHT, WIDTH, channels + 1L));
    }

    /// The upper half of the channels if it starts at a vector boundary, else all channels except the first.
    private BnAct.Copy half() {
        int offset = channels % 16 == 0 ? channels / 2 : Math.min(1, channels - 1);
        return new BnAct.Copy(offset, channels - offset);
    }

    private Agreement pointwise(Op op, Value... operands) {
        return agreement.compare(agreement.one(op, operands),
                Tolerance.roundings(type, 2).andOfLargest(DType.F32, 32).andOfLargest(type, 6));
    }

    private Agreement normalization(Activation activation, BnAct.Copy copy, Value... residual) {
        List<Value> operands = new ArrayList<>(List.of(x("y"), channel("gamma", .5, 1.5), channel("beta", -1, 1),
                channel("running_mean", -1, 1), channel("running_var", .5, 2)));
        operands.addAll(List.of(residual));
        var outputs = agreement.emit(new BnAct.Forward(activation, 1e-3, .03, copy), operands.toArray(Value[]::new));
        Tolerance result = Tolerance.roundings(type, 3).andOfLargest(DType.F32, 256).andOfLargest(type, 2);
        return agreement.compare(outputs.getFirst(), result).compare(outputs.subList(5, outputs.size()), result)
                .compare(outputs.subList(1, 5), Tolerance.roundings(DType.F32, 512).andOfLargest(DType.F32, 16));
    }

    private Agreement normalizationGradient(BnAct.Gradient gradient) {
        var outputs = agreement.emit(gradient, x("da"), x("y"), channel("gamma", .5, 1.5),
                channel("beta", -1, 1), channel("mean", -.2, .2), channel("invstd", .8, 1.2));
        return agreement.compare(outputs, Tolerance.roundings(type, 4).andOfLargest(DType.F32, 256)
                .andOfLargest(type, 8));
    }

    private Value channel(String name, double least, double most) {
        return agreement.uniform(name, seed, least, most, channels);
    }
}

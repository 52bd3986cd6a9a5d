package io.yolofit.graph.testing;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.head.HeadOutputs;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Window;
import java.util.List;

/// Writes small forward graphs as a model would: named parameters and statistics, convolutions, a head.
public final class Nets {
    public static final int BINS = 4;
    /// The only branch of the head.
    public static final HeadOutputs HEAD = new HeadOutputs("main");
    public static final double EPSILON = 1e-3;
    public static final double MOMENTUM = .03;

    private final GraphBuilder builder = new GraphBuilder();

    public GraphBuilder builder() {
        return builder;
    }

    /// Images as floating-point values.
    public Value images(long count, long height, long width) {
        Value bytes = builder.input("images", TensorType.of(DType.U8, count, height, width, 3), Role.INPUT);
        return op("images.float", new Pixels(DType.F32), bytes);
    }

    /// Emits a node; returns its first output.
    public Value op(String name, Op op, Value... operands) {
        return builder.emit(op, name, Role.ACTIVATION, operands).getFirst();
    }

    /// A convolution without bias.
    public Value conv(String name, Value x, long outputs, int kernel, Window window) {
        return op(name, new Conv2d.Forward(window), x, weight(name, x, outputs, kernel, window.groups()));
    }

    /// A convolution with bias.
    public Value biasedConv(String name, Value x, long outputs, int kernel, Window window) {
        Value w = weight(name, x, outputs, kernel, window.groups());
        return op(name, new Conv2d.Forward(window), x, w, vector(name + ".bias", outputs, Role.PARAMETER));
    }

    /// A normalization with activation.
    public Value norm(String name, Value y, Activation activation) {
        long channels = y.shape().channels();
        return op(name, new BnAct.Forward(activation, EPSILON, MOMENTUM), y,
                vector(name + ".weight", channels, Role.PARAMETER), vector(name + ".bias", channels, Role.PARAMETER),
                vector(name + ".running_mean", channels, Role.STATISTIC),
                vector(name + ".running_var", channels, Role.STATISTIC));
    }

    /// Convolution, normalization and SiLU.
    public Value block(String name, Value x, long outputs, int kernel, int stride) {
        Value y = conv(name + ".conv", x, outputs, kernel, Window.of(stride, kernel / 2));
        return norm(name + ".bn", y, Activation.SILU);
    }

    /// Adds the two outputs of a level of the head.
    public void head(int level, Value x, int classes) {
        builder.output(HEAD.box(level), biasedConv("head.box" + level, x, 4L * BINS, 1, Window.of(1, 0)));
        builder.output(HEAD.cls(level), biasedConv("head.cls" + level, x, classes, 1, Window.of(1, 0)));
    }

    /// Losses of the head.
    public static List<BranchLoss> losses(List<Integer> strides, boolean gradients) {
        return List.of(new BranchLoss(HEAD.branch(), DetectionLoss.of(strides, BINS, gradients)));
    }

    /// The decoder of the head.
    public static BranchDecode decode(List<Integer> strides) {
        return new BranchDecode(HEAD.branch(), new DetectionDecode(strides, BINS));
    }

    public Graph build() {
        return builder.build();
    }

    private Value weight(String name, Value x, long outputs, int kernel, int groups) {
        return builder.input(name + ".weight",
                TensorType.of(DType.F32, outputs, kernel, kernel, x.shape().channels() / groups), Role.PARAMETER);
    }

    private Value vector(String name, long length, Role role) {
        return builder.input(name, TensorType.of(DType.F32, length), role);
    }
}

package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;

/// Convolutions of blocks: without bias and followed by normalization and activation (members `conv` and `bn`), or, at
/// the end of a head, plain with bias.
///
/// @param out output channels
/// @param kernel side length in pixels
public record Convolution(int out, int kernel, int stride, int padding, int groups, Activation activation) {
    static final double EPSILON = 1e-3;
    static final double MOMENTUM = 0.03;

    /// Stride 1, same padding, SiLU.
    public static Convolution of(int out, int kernel) {
        return new Convolution(out, kernel, 1, kernel / 2, 1, Activation.SILU);
    }

    public Convolution linear() {
        return new Convolution(out, kernel, stride, padding, groups, Activation.IDENTITY);
    }

    /// Convolution, normalization, activation.
    public Value build(Scope scope, Value x) {
        Value w = scope.parameter("conv.weight", out, kernel, kernel, Scope.channels(x) / groups);
        Value y = scope.child("conv").emit(new Conv2d.Forward(new Window(stride, padding, 1, groups)), x, w);
        Scope bn = scope.child("bn");
        return scope.emit(new BnAct.Forward(activation, EPSILON, MOMENTUM), y, bn.parameter("weight", out),
                bn.parameter("bias", out), bn.statistic("running_mean", out), bn.statistic("running_var", out));
    }

    /// Convolution with bias alone; members `weight` and `bias`.
    public Value buildPlain(Scope scope, Value x) {
        Value w = scope.parameter("weight", out, kernel, kernel, Scope.channels(x) / groups);
        return scope.emit(new Conv2d.Forward(new Window(stride, padding, 1, groups)), x, w,
                scope.parameter("bias", out));
    }
}

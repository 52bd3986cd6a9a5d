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
/// @param activated whether the model's activation follows the normalization
public record Convolution(int out, int kernel, int stride, int padding, int dilation, int groups, boolean activated) {
    static final double EPSILON = 1e-3;
    static final double MOMENTUM = 0.03;

    /// Stride 1, same padding, one group, with activation.
    public static Convolution of(int out, int kernel) {
        return new Convolution(out, kernel, 1, kernel / 2, 1, 1, true);
    }

    /// A convolution of every channel alone, with same padding.
    public static Convolution depthwise(int channels, int kernel) {
        return of(channels, kernel).grouped(channels);
    }

    /// Without activation.
    public Convolution linear() {
        return new Convolution(out, kernel, stride, padding, dilation, groups, false);
    }

    public Convolution strided(int newStride) {
        return new Convolution(out, kernel, newStride, padding, dilation, groups, activated);
    }

    public Convolution grouped(int newGroups) {
        return new Convolution(out, kernel, stride, padding, dilation, newGroups, activated);
    }

    /// Convolution, normalization, activation.
    public Value build(Scope scope, Value x) {
        Value w = scope.parameter("conv.weight", out, kernel, kernel, Scope.channels(x) / groups);
        Value y = scope.child("conv").emit(new Conv2d.Forward(window()), x, w);
        Scope bn = scope.child("bn");
        Activation activation = activated ? scope.activation() : Activation.IDENTITY;
        return scope.emit(new BnAct.Forward(activation, EPSILON, MOMENTUM), y, bn.parameter("weight", out),
                bn.parameter("bias", out), bn.statistic("running_mean", out), bn.statistic("running_var", out));
    }

    /// Convolution with bias alone; members `weight` and `bias`.
    public Value buildPlain(Scope scope, Value x) {
        Value w = scope.parameter("weight", out, kernel, kernel, Scope.channels(x) / groups);
        return scope.emit(new Conv2d.Forward(window()), x, w, scope.parameter("bias", out));
    }

    private Window window() {
        return new Window(stride, padding, dilation, groups);
    }

    static int greatestCommonDivisor(int left, int right) {
        return right == 0 ? left : greatestCommonDivisor(right, left % right);
    }
}

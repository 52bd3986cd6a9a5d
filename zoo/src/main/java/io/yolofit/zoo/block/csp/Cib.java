package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Silu;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;

/// `CIB`, the compact inverted block (Wang et al., YOLOv10, 2024): depthwise and pointwise convolutions in turn,
/// `cv1.0` to `cv1.4`, at twice the width in the middle.
///
/// @param large whether the depthwise convolution in the middle is a 7x7 one, parallel to a 3x3 one. The two are folded
/// into one for inference.
record Cib(int channels, boolean shortcut, boolean large) implements Link {
    private static final int KERNEL = 3;
    private static final int LARGE_KERNEL = 7;

    @Override
    public Value build(Scope scope, Value x) {
        int wide = 2 * channels;
        Value y = Convolution.depthwise(Scope.channels(x), KERNEL).build(scope.child("cv1.0"), x);
        y = Convolution.of(wide, 1).build(scope.child("cv1.1"), y);
        Scope middle = scope.child("cv1.2");
        y = large ? parallel(middle, y) : Convolution.depthwise(wide, KERNEL).build(middle, y);
        y = Convolution.of(channels, 1).build(scope.child("cv1.3"), y);
        y = Convolution.depthwise(channels, KERNEL).build(scope.child("cv1.4"), y);
        return shortcut ? scope.emit(new Add(), x, y) : y;
    }

    private static Value parallel(Scope scope, Value x) {
        int width = Scope.channels(x);
        Value wide = Convolution.depthwise(width, LARGE_KERNEL).linear().build(scope.child("conv"), x);
        Value narrow = Convolution.depthwise(width, KERNEL).linear().build(scope.child("conv1"), x);
        return scope.emit(new Silu.Forward(), scope.emit(new Add(), wide, narrow));
    }
}

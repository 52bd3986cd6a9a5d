package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Silu;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Link;

/// The SiLU of a sum of two linear convolutions, `conv1` of 3x3 and `conv2` of 1x1 (Ding et al., RepVGG, 2021). The two
/// are folded into one for inference.
record RepConv(int out) implements Link {
    private static final int KERNEL = 3;

    @Override
    public Value build(Scope scope, Value x) {
        Value wide = Convolution.of(out, KERNEL).linear().build(scope.child("conv1"), x);
        Value narrow = Convolution.of(out, 1).linear().build(scope.child("conv2"), x);
        return scope.emit(new Silu.Forward(), scope.emit(new Add(), wide, narrow));
    }
}

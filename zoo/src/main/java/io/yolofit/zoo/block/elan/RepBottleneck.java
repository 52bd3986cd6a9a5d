package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Link;

/// A bottleneck whose first convolution, `cv1`, is a [RepConv], with a residual connection.
record RepBottleneck(int channels) implements Link {
    private static final int KERNEL = 3;

    @Override
    public Value build(Scope scope, Value x) {
        Value between = new RepConv(channels).build(scope.child("cv1"), x);
        return scope.emit(new Add(), x, Convolution.of(channels, KERNEL).build(scope.child("cv2"), between));
    }
}

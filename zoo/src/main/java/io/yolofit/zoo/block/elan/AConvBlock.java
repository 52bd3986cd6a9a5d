package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `AConv`: a 2x2 average pool of stride 1, then `cv1`, a 3x3 convolution of stride 2.
public final class AConvBlock implements Block {
    static final int POOL = 2;
    static final int KERNEL = 3;

    @Override
    public List<String> fields() {
        return List.of("out");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        Value pooled = scope.emit(new AveragePool.Forward(POOL, 1, 0), inputs.only());
        int out = scope.scale().channels(arguments.positive("out"));
        return List.of(Convolution.of(out, KERNEL).strided(2).build(scope.child("cv1"), pooled));
    }
}

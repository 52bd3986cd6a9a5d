package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.SppfBlock;
import java.util.List;

/// `SPPELAN`: `cv1` to `inner` channels, a chain of three max pools, and `cv5` over all four.
public final class SppElanBlock implements Block {
    private static final int POOLS = 3;
    private static final int DEFAULT_KERNEL = 5;

    @Override
    public List<String> fields() {
        return List.of("out", "inner", "kernel");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int kernel = arguments.integer("kernel", 1, DEFAULT_KERNEL);
        Value first = Convolution.of(arguments.positive("inner"), 1).build(scope.child("cv1"), inputs.only());
        return List.of(Convolution.of(out, 1).build(scope.child("cv5"),
                SppfBlock.poolChain(scope, first, kernel, POOLS)));
    }
}

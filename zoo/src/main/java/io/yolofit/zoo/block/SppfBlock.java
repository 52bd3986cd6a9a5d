package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// `SPPF` (fast spatial pyramid pooling): `cv1` to half the width, a chain of max pools, and `cv2` over the input of
/// the chain and all pools. `cv1` is linear; with `activation: true` it has the activation of checkpoints of older
/// releases. With `shortcut: true` the block's input is added where the widths agree.
public final class SppfBlock implements Block {
    private static final int DEFAULT_POOLS = 3;
    private static final int DEFAULT_KERNEL = 5;

    @Override
    public List<String> fields() {
        return List.of("out", "kernel", "pools", "shortcut", "activation");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        Value x = inputs.only();
        int out = scope.scale().channels(arguments.positive("out"));
        int kernel = arguments.integer("kernel", 1, DEFAULT_KERNEL);
        int pools = arguments.integer("pools", 1, DEFAULT_POOLS);
        Convolution reduce = Convolution.of(Scope.channels(x) / 2, 1);
        Value first = (arguments.flag("activation", false) ? reduce : reduce.linear()).build(scope.child("cv1"), x);
        Value y = Convolution.of(out, 1).build(scope.child("cv2"), poolChain(scope, first, kernel, pools));
        return List.of(arguments.flag("shortcut", false) && Scope.channels(x) == out ? scope.emit(new Add(), x, y) : y);
    }

    /// A value and a chain of max pools of it, all concatenated.
    public static Value poolChain(Scope scope, Value first, int kernel, int pools) {
        Value[] parts = new Value[pools + 1];
        parts[0] = first;
        for (int i = 1; i <= pools; i++) {
            parts[i] = scope.emit(new MaxPool.Forward(kernel, 1, kernel / 2), parts[i - 1]);
        }
        return scope.emit(new Concat(), parts);
    }
}

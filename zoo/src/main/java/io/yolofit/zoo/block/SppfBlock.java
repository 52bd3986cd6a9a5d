package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// `SPPF` (fast spatial pyramid pooling): `cv1` to half the width, a chain of three max pools, and `cv2` over all four.
/// `cv1` is linear; with `activation: true` it has the SiLU of checkpoints of older releases.
final class SppfBlock implements Block {
    private static final int POOLS = 3;
    private static final int DEFAULT_KERNEL = 5;

    @Override
    public List<String> fields() {
        return List.of("out", "kernel", "activation");
    }

    @Override
    public Value build(Scope scope, List<Value> inputs, Arguments arguments, int repeats) {
        int kernel = arguments.integer("kernel", 1, DEFAULT_KERNEL);
        Convolution reduce = Convolution.of(Scope.channels(inputs.getFirst()) / 2, 1);
        Value[] parts = new Value[POOLS + 1];
        parts[0] = (arguments.flag("activation", false) ? reduce : reduce.linear())
                .build(scope.child("cv1"), inputs.getFirst());
        for (int i = 1; i <= POOLS; i++) {
            parts[i] = scope.emit(new MaxPool.Forward(kernel, 1, kernel / 2), parts[i - 1]);
        }
        return Convolution.of(scope.scale().channels(arguments.positive("out")), 1)
                .build(scope.child("cv2"), scope.emit(new Concat(), parts));
    }
}

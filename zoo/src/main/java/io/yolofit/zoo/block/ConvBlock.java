package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// A convolution with normalization and SiLU.
final class ConvBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("out", "kernel", "stride", "padding", "groups");
    }

    @Override
    public Value build(Scope scope, List<Value> inputs, Arguments arguments, int repeats) {
        int kernel = arguments.integer("kernel", 1, 1);
        return new Convolution(scope.scale().channels(arguments.positive("out")), kernel,
                arguments.integer("stride", 1, 1), arguments.integer("padding", 0, kernel / 2),
                arguments.integer("groups", 1, 1), Activation.SILU).build(scope, inputs.getFirst());
    }
}

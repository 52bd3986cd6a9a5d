package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// `Conv` and `DWConv`: a convolution with normalization and activation. The groups of `DWConv` are the greatest common
/// divisor of its widths.
///
/// @param depthwise whether this is DWConv
public record ConvBlock(boolean depthwise) implements Block {
    @Override
    public List<String> fields() {
        return depthwise ? List.of("out", "kernel", "stride", "dilation")
                : List.of("out", "kernel", "stride", "padding", "groups", "dilation");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        Value x = inputs.only();
        int kernel = arguments.integer("kernel", 1, 1);
        int stride = arguments.integer("stride", 1, 1);
        int dilation = arguments.integer("dilation", 1, 1);
        int groups = depthwise ? Convolution.greatestCommonDivisor(Scope.channels(x), out)
                : arguments.integer("groups", 1, 1);
        int same = (dilation * (kernel - 1) + 1) / 2;
        int padding = depthwise ? same : arguments.integer("padding", 0, same);
        return List.of(new Convolution(out, kernel, stride, padding, dilation, groups, true).build(scope, x));
    }
}

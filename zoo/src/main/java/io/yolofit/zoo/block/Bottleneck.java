package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;

/// Two convolutions, `cv1` and `cv2`, with a residual connection if `shortcut` is set and the widths agree.
///
/// @param hidden width between the two convolutions
record Bottleneck(int out, int hidden, boolean shortcut, int groups, int firstKernel, int secondKernel) {
    private static final double EXPANSION = 0.5;

    /// Width of a block's chain: the output width times the argument `expansion`.
    static int hidden(int out, Arguments arguments) {
        double expansion = arguments.real("expansion", EXPANSION);
        int hidden = (int) (out * expansion);
        if (hidden < 1) {
            throw new ArchitectureException("an expansion of " + expansion + " leaves none of " + out + " channels");
        }
        return hidden;
    }

    Value build(Scope scope, Value x) {
        Value between = Convolution.of(hidden, firstKernel).build(scope.child("cv1"), x);
        Value y = new Convolution(out, secondKernel, 1, secondKernel / 2, groups, Activation.SILU)
                .build(scope.child("cv2"), between);
        return shortcut && Scope.channels(x) == out ? scope.emit(new Add(), x, y) : y;
    }
}

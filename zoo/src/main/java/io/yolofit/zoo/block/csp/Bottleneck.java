package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;

/// Two convolutions, `cv1` and `cv2`, with a residual connection if `shortcut` is set and the widths agree.
///
/// @param hidden width between the two convolutions
public record Bottleneck(int out, int hidden, boolean shortcut, int groups, int firstKernel, int secondKernel)
        implements Link {
    private static final double EXPANSION = 0.5;
    private static final int KERNEL = 3;

    /// Two 3x3 convolutions with half of the width in between.
    public static Bottleneck halved(int channels, boolean shortcut, int groups) {
        return new Bottleneck(channels, hidden(channels, EXPANSION), shortcut, groups, KERNEL, KERNEL);
    }

    /// Width of a block's chain: the output width times the argument `expansion`.
    public static int hidden(int out, Arguments arguments) {
        return hidden(out, arguments.real("expansion", EXPANSION));
    }

    static int hidden(int out, double expansion) {
        int hidden = (int) (out * expansion);
        if (hidden < 1) {
            throw new ArchitectureException("an expansion of " + expansion + " leaves none of " + out + " channels", "",
                    "");
        }
        return hidden;
    }

    @Override
    public Value build(Scope scope, Value x) {
        Value between = Convolution.of(hidden, firstKernel).build(scope.child("cv1"), x);
        Value y = Convolution.of(out, secondKernel).grouped(groups).build(scope.child("cv2"), between);
        return shortcut && Scope.channels(x) == out ? scope.emit(new Add(), x, y) : y;
    }
}

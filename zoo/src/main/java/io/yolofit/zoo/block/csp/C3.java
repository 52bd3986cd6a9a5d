package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;

/// Two parallel branches, `cv1` followed by a chain `m`, and `cv2`; `cv3` joins them (Wang et al., CSPNet, 2019).
///
/// @param hidden width of both branches
/// @param link module of the chain
/// @param repeats length of the chain
public record C3(int out, int hidden, Link link, int repeats) implements Link {
    private static final int KERNEL = 3;
    private static final int C3K_REPEATS = 2;

    /// `C3k`: two bottlenecks of two 3x3 convolutions each, at half of the width.
    public static C3 c3k(int channels, boolean shortcut, int groups) {
        int hidden = channels / 2;
        return new C3(channels, hidden, new Bottleneck(hidden, hidden, shortcut, groups, KERNEL, KERNEL), C3K_REPEATS);
    }

    @Override
    public Value build(Scope scope, Value x) {
        Value chain = Convolution.of(hidden, 1).build(scope.child("cv1"), x);
        for (int i = 0; i < repeats; i++) {
            chain = link.build(scope.child("m." + i), chain);
        }
        Value bypass = Convolution.of(hidden, 1).build(scope.child("cv2"), x);
        return Convolution.of(out, 1).build(scope.child("cv3"), scope.emit(new Concat(), chain, bypass));
    }
}

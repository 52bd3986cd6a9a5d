package io.yolofit.zoo.block.attention;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Bottleneck;
import io.yolofit.zoo.block.csp.C3;
import io.yolofit.zoo.block.csp.Link;
import io.yolofit.zoo.block.csp.SplitChain;
import java.util.List;
import java.util.Set;

/// `C3k2`: a [SplitChain] of bottlenecks, or of [C3] with 3x3 kernels if `c3k` is set, which it always is at the scales
/// m, l and x. With `attention`, a link is a bottleneck followed by an [AttentionLink].
public final class C3k2Block implements Block {
    private static final Set<String> LARGE_SCALES = Set.of("m", "l", "x");

    @Override
    public List<String> fields() {
        return List.of("out", "c3k", "expansion", "attention", "groups", "shortcut");
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int half = Bottleneck.hidden(out, arguments);
        boolean shortcut = arguments.flag("shortcut", true);
        int groups = arguments.integer("groups", 1, 1);
        Link bottleneck = Bottleneck.halved(half, shortcut, groups);
        Link link = bottleneck;
        if (arguments.flag("attention", false)) {
            AttentionLink attention = AttentionLink.of(half);
            link = (inner, x) -> attention.build(inner.child("1"), bottleneck.build(inner.child("0"), x));
        } else if (arguments.flag("c3k", false) || LARGE_SCALES.contains(scope.scale().name())) {
            link = C3.c3k(half, shortcut, groups);
        }
        return List.of(new SplitChain(out, half, link, repeats).build(scope, inputs.only()));
    }
}

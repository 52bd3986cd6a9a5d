package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `C2f` and `C2`: the output of `cv1` is split in halves, a chain of bottlenecks `m` processes one half, `cv2` joins.
///
/// `C2f` is a [SplitChain]. In `C2` the chain processes the first half, and `cv2` reads the output of the last link and
/// the second half.
///
/// @param everyLink whether this is C2f
public record SplitBlock(boolean everyLink) implements Block {
    private static final int KERNEL = 3;

    @Override
    public List<String> fields() {
        return List.of("out", "shortcut", "groups", "expansion");
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int half = Bottleneck.hidden(out, arguments);
        Bottleneck bottleneck = new Bottleneck(half, half, arguments.flag("shortcut", !everyLink),
                arguments.integer("groups", 1, 1), KERNEL, KERNEL);
        if (everyLink) {
            return List.of(new SplitChain(out, half, bottleneck, repeats).build(scope, inputs.only()));
        }
        Value halves = Convolution.of(2 * half, 1).build(scope.child("cv1"), inputs.only());
        Value link = scope.emit(new Slice.Forward(0, half), halves);
        for (int i = 0; i < repeats; i++) {
            link = bottleneck.build(scope.child("m." + i), link);
        }
        Value rest = scope.emit(new Slice.Forward(half, half), halves);
        return List.of(Convolution.of(out, 1).build(scope.child("cv2"), scope.emit(new Concat(), link, rest)));
    }
}

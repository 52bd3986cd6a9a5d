package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import java.util.ArrayList;
import java.util.List;

/// `C2f` and `C2`: the output of `cv1` is split in halves, a chain of bottlenecks `m` processes one half, `cv2` joins.
///
/// In `C2f` the chain processes the second half, and `cv2` reads both halves and the output of every link. In `C2` the
/// chain processes the first half, and `cv2` reads the output of the last link and the second half.
///
/// @param everyLink whether this is C2f
record SplitBlock(boolean everyLink) implements Block {
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
    public Value build(Scope scope, List<Value> inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int half = Bottleneck.hidden(out, arguments);
        Value halves = Convolution.of(2 * half, 1).build(scope.child("cv1"), inputs.getFirst());
        Bottleneck bottleneck = new Bottleneck(half, half, arguments.flag("shortcut", !everyLink),
                arguments.integer("groups", 1, 1), KERNEL, KERNEL);
        Value link = scope.emit(new Slice.Forward(everyLink ? half : 0, half), halves);
        List<Value> parts = new ArrayList<>();
        if (everyLink) {
            parts.add(halves);
        }
        for (int i = 0; i < repeats; i++) {
            link = bottleneck.build(scope.child("m." + i), link);
            if (everyLink) {
                parts.add(link);
            }
        }
        if (!everyLink) {
            parts.add(link);
            parts.add(scope.emit(new Slice.Forward(half, half), halves));
        }
        return Convolution.of(out, 1).build(scope.child("cv2"), scope.emit(new Concat(), parts.toArray(Value[]::new)));
    }
}

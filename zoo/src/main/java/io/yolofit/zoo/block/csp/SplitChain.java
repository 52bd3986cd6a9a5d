package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import java.util.ArrayList;
import java.util.List;

/// The output of `cv1` is split in halves, a chain `m` processes the second half, and `cv2` reads both halves and the
/// output of every link.
///
/// @param half width of the chain
/// @param repeats length of the chain
public record SplitChain(int out, int half, Link link, int repeats) implements Link {
    @Override
    public Value build(Scope scope, Value x) {
        Value halves = Convolution.of(2 * half, 1).build(scope.child("cv1"), x);
        Value last = scope.emit(new Slice.Forward(half, half), halves);
        List<Value> parts = new ArrayList<>(List.of(halves));
        for (int i = 0; i < repeats; i++) {
            last = link.build(scope.child("m." + i), last);
            parts.add(last);
        }
        return Convolution.of(out, 1).build(scope.child("cv2"), scope.emit(new Concat(), parts.toArray(Value[]::new)));
    }
}

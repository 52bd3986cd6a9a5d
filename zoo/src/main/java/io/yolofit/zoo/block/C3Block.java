package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// `C3`: two parallel branches, `cv1` followed by a chain of bottlenecks `m`, and `cv2`; `cv3` joins them.
final class C3Block implements Block {
    private static final int FIRST_KERNEL = 1;
    private static final int SECOND_KERNEL = 3;

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
        int hidden = Bottleneck.hidden(out, arguments);
        Bottleneck bottleneck = new Bottleneck(hidden, hidden, arguments.flag("shortcut", true),
                arguments.integer("groups", 1, 1), FIRST_KERNEL, SECOND_KERNEL);
        Value chain = Convolution.of(hidden, 1).build(scope.child("cv1"), inputs.getFirst());
        for (int i = 0; i < repeats; i++) {
            chain = bottleneck.build(scope.child("m." + i), chain);
        }
        Value bypass = Convolution.of(hidden, 1).build(scope.child("cv2"), inputs.getFirst());
        return Convolution.of(out, 1).build(scope.child("cv3"), scope.emit(new Concat(), chain, bypass));
    }
}

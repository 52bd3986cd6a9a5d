package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `C3`: [C3] with bottlenecks. As a row of its own, `C3k` differs by the first kernel of its bottlenecks: 3 instead
/// of 1.
///
/// @param firstKernel of the bottlenecks
public record C3Block(int firstKernel) implements Block {
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
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int hidden = Bottleneck.hidden(out, arguments);
        Bottleneck bottleneck = new Bottleneck(hidden, hidden, arguments.flag("shortcut", true),
                arguments.integer("groups", 1, 1), firstKernel, SECOND_KERNEL);
        return List.of(new C3(out, hidden, bottleneck, repeats).build(scope, inputs.only()));
    }
}

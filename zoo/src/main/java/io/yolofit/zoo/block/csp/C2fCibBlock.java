package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `C2fCIB`: a [SplitChain] of compact inverted blocks, with a 7x7 convolution in each if `large` is set.
public final class C2fCibBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("out", "shortcut", "large", "groups", "expansion");
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int half = Bottleneck.hidden(out, arguments);
        if (arguments.integer("groups", 1, 1) != 1) {
            throw new ArchitectureException("C2fCIB has depthwise and pointwise convolutions only", "",
                    "leave out 'groups'");
        }
        Cib link = new Cib(half, arguments.flag("shortcut", false), arguments.flag("large", false));
        return List.of(new SplitChain(out, half, link, repeats).build(scope, inputs.only()));
    }
}

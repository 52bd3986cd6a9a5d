package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// `Identity`, also called `Silence`: its output is its input. As row 0 it makes the image available to later rows.
public final class IdentityBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of();
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        return List.of(inputs.only());
    }
}

package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// A kind of layer.
public interface Block {
    /// Names of its arguments, in positional order.
    List<String> fields();

    /// Whether it takes several inputs.
    default boolean joins() {
        return false;
    }

    /// Whether it contains a chain whose length is the layer's number of repeats.
    default boolean repeats() {
        return false;
    }

    /// Adds the block to the graph and returns its outputs, one for all blocks but CBLinear.
    ///
    /// @param repeats after scaling
    List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats);
}

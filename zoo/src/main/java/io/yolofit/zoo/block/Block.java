package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import java.util.List;

/// A kind of row.
public interface Block {
    /// Its fields, in the order of the row form's arguments.
    List<String> fields();

    /// Whether it reads several rows.
    default boolean joins() {
        return false;
    }

    /// Whether it has a chain of parts that a row's repeats count.
    default boolean repeats() {
        return false;
    }

    /// Adds the block to the graph and gives its output.
    ///
    /// @param repeats after scaling
    Value build(Scope scope, List<Value> inputs, Arguments arguments, int repeats);
}

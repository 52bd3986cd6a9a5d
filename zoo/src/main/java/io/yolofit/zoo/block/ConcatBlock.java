package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import java.util.List;

/// Concatenates layers along their channels, which positional rows call dimension 1.
public final class ConcatBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("dimension");
    }

    @Override
    public boolean joins() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int dimension = arguments.integer("dimension", 0, 1);
        if (dimension != 1) {
            throw new ArchitectureException("Concat joins channels, dimension 1, not dimension " + dimension, "", "");
        }
        return List.of(scope.emit(new Concat(), inputs.each().toArray(Value[]::new)));
    }
}

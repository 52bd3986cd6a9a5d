package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Upsample;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import java.util.List;

/// Nearest-neighbor upsampling. Positional rows give a size, which must be none, the factor, and a mode.
public final class UpsampleBlock implements Block {
    private static final int DEFAULT_FACTOR = 2;

    @Override
    public List<String> fields() {
        return List.of("size", "factor", "mode");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        if (arguments.has("size")) {
            throw new ArchitectureException("Upsample to a fixed size is not supported", "",
                    "give a factor, as in factor: 2");
        }
        String mode = arguments.word("mode", "nearest");
        if (!mode.equals("nearest")) {
            throw new ArchitectureException("Upsample supports the mode 'nearest' only, not '" + mode + "'", "",
                    "");
        }
        return List.of(scope.emit(new Upsample.Forward(arguments.integer("factor", 1, DEFAULT_FACTOR)),
                inputs.only()));
    }
}

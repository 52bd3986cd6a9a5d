package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.ArrayList;
import java.util.List;

/// `CBLinear`: a 1x1 convolution with bias, `conv`, whose output is split into parts of the listed widths. Its outputs
/// are the parts.
public final class CbLinearBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("widths");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        List<Integer> widths = arguments.integers("widths", 1);
        int total = widths.stream().mapToInt(Integer::intValue).reduce(0, Math::addExact);
        Value all = Convolution.of(total, 1).buildPlain(scope.child("conv"), inputs.only());
        List<Value> parts = new ArrayList<>();
        int offset = 0;
        for (int width : widths) {
            parts.add(widths.size() == 1 ? all : scope.emit(new Slice.Forward(offset, width), all));
            offset += width;
        }
        return parts;
    }
}

package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Upsample;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `CBFuse`: of each input but the last, one output is selected by its index in `parts` and upsampled to the last
/// input's size; all are added to the last input.
public final class CbFuseBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("parts");
    }

    @Override
    public boolean joins() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        List<Integer> parts = arguments.integers("parts", 0);
        List<List<Value>> rows = inputs.rows();
        if (parts.size() != rows.size() - 1) {
            throw new ArchitectureException("CBFuse selects " + parts.size() + " parts, but reads " + rows.size()
                    + " rows", "", "give one index for each row but the last");
        }
        Value target = new Inputs(List.of(rows.getLast())).only();
        Value sum = null;
        for (int i = 0; i < parts.size(); i++) {
            List<Value> row = rows.get(i);
            int part = parts.get(i);
            if (part >= row.size()) {
                throw new ArchitectureException("CBFuse selects part " + part + " of a row with " + row.size()
                        + " outputs", "", "count the parts from 0");
            }
            Value selected = enlarged(scope, row.get(part), target);
            sum = sum == null ? selected : scope.emit(new Add(), sum, selected);
        }
        return List.of(sum == null ? target : scope.emit(new Add(), sum, target));
    }

    private static Value enlarged(Scope scope, Value part, Value target) {
        long factor = target.shape().dim(1) / part.shape().dim(1);
        if (factor < 1 || part.shape().dim(1) * factor != target.shape().dim(1)
                || part.shape().dim(2) * factor != target.shape().dim(2)) {
            throw new ArchitectureException("CBFuse upsamples by whole factors, but reads " + part.shape() + " for "
                    + target.shape(), "", "");
        }
        return factor == 1 ? part : scope.emit(new Upsample.Forward(Math.toIntExact(factor)), part);
    }
}

package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.ArchitectureException;
import java.util.ArrayList;
import java.util.List;

/// The values that a layer reads: for each row of its `from`, the outputs of that row. Most rows have one output.
public record Inputs(List<List<Value>> rows) {
    public Inputs {
        rows = rows.stream().map(List::copyOf).toList();
    }

    /// The output of the only row.
    public Value only() {
        return each().getFirst();
    }

    /// The single output of every row.
    ///
    /// @throws ArchitectureException if a row has several outputs
    public List<Value> each() {
        List<Value> values = new ArrayList<>();
        for (List<Value> row : rows) {
            if (row.size() != 1) {
                throw new ArchitectureException("reads a row with " + row.size() + " outputs", "",
                        "select one of them, as in {block: CBFuse, from: [.., -1], parts: [0]}");
            }
            values.add(row.getFirst());
        }
        return values;
    }
}

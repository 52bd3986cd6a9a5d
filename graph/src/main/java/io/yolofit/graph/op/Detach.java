package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// `y = x`, through which no gradient flows: a branch that reads y does not train what x is computed from. A view, or
/// a packed copy if x is a channel slice and a reader needs it packed.
public record Detach() implements Op {
    @Override
    public String name() {
        return "detach";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        return List.of(in.tensor(0, "x", 4));
    }

    @Override
    public List<Alias> aliases(Node node) {
        return List.of(Alias.view(0, true));
    }

    /// The same as a slice of all channels, for kernels.
    public static Slice.Forward asSlice(Node node) {
        return new Slice.Forward(0, node.input(0).shape().channels());
    }

    @Override
    public Cost cost(Node node) {
        return new Cost(0, 2.0 * node.output(0).type().bytes());
    }
}

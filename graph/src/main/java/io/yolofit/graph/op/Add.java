package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// `y = a + b`, of equal types; may overwrite either.
public record Add() implements Op, Differentiable {
    @Override
    public String name() {
        return "add";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(2, 2);
        in.same(in.any(0, "a"), in.any(1, "b"), "a and b");
        return List.of(in.any(0, "a"));
    }

    @Override
    public List<Alias> aliases(Node node) {
        return List.of(Alias.reuse(0, 0), Alias.reuse(0, 1));
    }

    @Override
    public void gradient(Tape tape, Node node) {
        Value dy = tape.gradientOf(node.output(0));
        tape.contribute(node.input(0), dy);
        tape.contribute(node.input(1), dy);
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 1);
    }
}

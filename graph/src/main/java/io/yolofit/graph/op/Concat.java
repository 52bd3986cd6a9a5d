package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Concatenates tensors along their channels. A part whose producer can write with a pitch is written directly into its
/// slot; only the other parts are copied.
public record Concat() implements Op, Differentiable {
    @Override
    public String name() {
        return "concat";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, Integer.MAX_VALUE);
        TensorType first = in.tensor(0, "part 0", 4);
        long channels = 0;
        for (int i = 0; i < in.count(); i++) {
            TensorType part = in.tensor(i, "part " + i, 4);
            in.require(part.withShape(part.shape().withChannels(1))
                    .equals(first.withShape(first.shape().withChannels(1))),
                    "parts differ in more than channels: %s and %s", first, part);
            channels += part.shape().channels();
        }
        return List.of(first.withShape(first.shape().withChannels(channels)));
    }

    @Override
    public List<Alias> aliases(Node node) {
        List<Alias> slots = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            slots.add(Alias.slot(i, offset, true));
            offset += node.input(i).shape().channels();
        }
        return slots;
    }

    @Override
    public void gradient(Tape tape, Node node) {
        Value dy = tape.gradientOf(node.output(0));
        long offset = 0;
        for (Value part : node.inputs()) {
            if (tape.wants(part)) {
                tape.contribute(part, tape.emit(new Slice.Forward(offset, part.shape().channels()), dy).getFirst());
            }
            offset += part.shape().channels();
        }
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 0);
    }
}

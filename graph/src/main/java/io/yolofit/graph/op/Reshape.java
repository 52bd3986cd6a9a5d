package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// The same elements in row-major order with another shape: a view if all readers can read with a pitch, otherwise a
/// packed copy. Channels stay as they are, so pixels are regrouped, as for attention between the pixels of an area; or
/// x or y is a vector, as a factor per channel is before it becomes the weight of a depthwise convolution.
public record Reshape(Shape shape) implements Op, Differentiable {
    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        TensorType x = in.any(0, "x");
        in.require(x.shape().count() == shape.count(), "x has %d elements, but %s has %d", x.shape().count(), shape,
                shape.count());
        in.require(x.shape().rank() == 1 || shape.rank() == 1 || keepsChannels(x.shape()),
                "x has %d channels, but %s has %d", x.shape().channels(), shape, shape.channels());
        return List.of(x.withShape(shape));
    }

    private boolean keepsChannels(Shape x) {
        return x.rank() > 0 && shape.rank() > 0 && x.channels() == shape.channels();
    }

    @Override
    public List<Alias> aliases(Node node) {
        return List.of(Alias.view(0, keepsChannels(node.input(0).shape())));
    }

    @Override
    public void gradient(Tape tape, Node node) {
        Value x = node.input(0);
        if (tape.wants(x)) {
            tape.contribute(x, tape.emit(new Reshape(x.shape()), tape.gradientOf(node.output(0))).getFirst());
        }
    }

    @Override
    public Cost cost(Node node) {
        return new Cost(0, 2.0 * node.output(0).type().bytes());
    }
}

package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// A range of channels: a view if all readers can read with a pitch, otherwise a packed copy.
public sealed interface Slice extends Op {
    long offset();

    /// `y = x[..., offset : offset + channels]`.
    record Forward(long offset, long channels) implements Slice, Differentiable {
        @Override
        public String name() {
            return "slice.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            TensorType x = in.tensor(0, "x", 4);
            in.require(offset >= 0 && channels > 0 && offset + channels <= x.shape().channels(),
                    "channels %d to %d are outside of x", offset, offset + channels);
            return List.of(x.withShape(x.shape().withChannels(channels)));
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.view(offset, true));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            if (tape.wants(x)) {
                tape.contribute(x, new Gradient(offset, x.shape().channels()), tape.gradientOf(node.output(0)));
            }
        }

        @Override
        public Cost cost(Node node) {
            return new Cost(0, 2.0 * node.output(0).type().bytes());
        }
    }

    /// Scatters dy to its range of `total` channels: added to an existing gradient, or padded with zeros.
    record Gradient(long offset, long total) implements Slice, Accumulating {
        @Override
        public String name() {
            return "slice.gradient";
        }

        @Override
        public int operands() {
            return 1;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 2);
            TensorType dy = in.tensor(0, "dy", 4);
            in.require(offset + dy.shape().channels() <= total, "channels %d to %d are outside of %d", offset,
                    offset + dy.shape().channels(), total);
            return List.of(dy.withShape(dy.shape().withChannels(total)));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, node.input(0).shape().count());
        }
    }
}

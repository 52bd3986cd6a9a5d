package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Tensors as ranges of one flat buffer, as parameters, gradients and statistics are stored.
public sealed interface Flat extends Op {
    /// A view of a range of a flat buffer, with a shape; nothing is copied.
    record View(long offset, Shape shape) implements Flat {
        @Override
        public String name() {
            return "flat.view";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            TensorType flat = in.tensor(0, "flat", 1);
            in.require(offset >= 0 && offset + shape.count() <= flat.shape().count(),
                    "elements %d to %d are outside of the buffer's %d", offset, offset + shape.count(),
                    flat.shape().count());
            return List.of(flat.withShape(shape));
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.view(offset, false));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.NOTHING;
        }
    }

    /// Concatenates fp32 tensors to a flat buffer. Producers write directly into their slots. With `into`, the first
    /// operand is the flat buffer itself, updated in place.
    record Pack(boolean into) implements Flat {
        @Override
        public String name() {
            return "flat.pack";
        }

        /// Operand index of the first part.
        public int firstPart() {
            return into ? 1 : 0;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            long count = 0;
            for (int i = firstPart(); i < in.count(); i++) {
                TensorType part = in.any(i, "part");
                in.require(part.dtype() == DType.F32, "part %d is %s, but must be f32", i, part.dtype().text());
                count += part.shape().count();
            }
            if (into) {
                in.vector(0, "flat", count);
            }
            return List.of(TensorType.of(DType.F32, count));
        }

        @Override
        public List<Alias> aliases(Node node) {
            List<Alias> aliases = new ArrayList<>();
            if (into) {
                aliases.add(Alias.inPlace(0, 0));
            }
            long offset = 0;
            for (int i = firstPart(); i < node.inputs().size(); i++) {
                aliases.add(Alias.slot(i, offset, false));
                offset += node.input(i).shape().count();
            }
            return aliases;
        }

        @Override
        public Cost cost(Node node) {
            return Cost.NOTHING;
        }
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.Flat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/// Kernels of flat buffers: views, packing, the norm of the gradients.
final class StateKernels {
    private StateKernels() {
    }

    static Kernel view(Flat.View op, Node node) {
        return frame -> frame.put(node.output(0), Tensors.view(frame.input(node, 0), op.offset(), op.shape()));
    }

    static Kernel pack(Flat.Pack op, Node node) {
        return frame -> {
            Tensor flat = op.into() ? frame.input(node, 0) : Tensors.empty(node.output(0).type());
            long offset = 0;
            for (int i = op.firstPart(); i < node.inputs().size(); i++) {
                Tensor place = Tensors.view(flat, offset, node.input(i).shape());
                Tensor part = frame.input(node, i);
                if (Tensors.address(place) != Tensors.address(part)) {
                    place.copy_(part);
                }
                offset += node.input(i).shape().count();
            }
            frame.put(node.output(0), flat);
        };
    }

    /// Sums in double, piece by piece, in a fixed order.
    static Kernel norm(Node node, Workers workers) {
        long count = node.input(0).shape().count();
        return frame -> {
            MemorySegment gradients = Tensors.memory(frame.input(node, 0));
            double sum = workers.sum(count, (from, to) -> {
                double squares = 0;
                for (long i = from; i < to; i++) {
                    double gradient = gradients.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    squares += gradient * gradient;
                }
                return squares;
            });
            Tensor norm = Tensors.empty(node.output(0).type());
            Tensors.memory(norm).set(ValueLayout.JAVA_FLOAT, 0, (float) Math.sqrt(sum));
            frame.put(node.output(0), norm);
        };
    }
}

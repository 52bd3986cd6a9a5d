package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Kernels of concat, slice, reshape, add, casts, and views of flat buffers: direct calls of libtorch operators.
final class CopyKernels {
    private static final double PIXEL_MAXIMUM = 255;

    private CopyKernels() {
    }

    static Kernel concat(Node node) {
        return tensors -> {
            Tensor[] parts = new Tensor[node.inputs().size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = tensors.input(node, i);
            }
            tensors.put(node.output(0), torch.cat(new TensorVector(parts), Tensors.CHANNELS));
        };
    }

    /// @param view whether the result may be a strided view; false where a reader needs it packed
    static Kernel slice(Slice op, Node node, boolean view) {
        return switch (op) {
            case Slice.Forward(long offset, long channels) -> tensors -> {
                Tensor part = tensors.input(node, 0).narrow(Tensors.CHANNELS, offset, channels);
                tensors.put(node.output(0), view ? part : Tensors.packed(part));
            };
            case Slice.Gradient gradient -> tensors -> sliceGradient(gradient, tensors, node);
        };
    }

    /// @param view whether the result may be a strided view; false where a reader needs it packed
    static Kernel reshape(Reshape op, Node node, boolean view) {
        Shape from = node.input(0).shape();
        Shape to = op.shape();
        return tensors -> {
            Tensor rows = tensors.input(node, 0);
            Tensor shaped = (from.rank() == 4 ? rows.permute(0, 2, 3, 1) : rows).reshape(to.dims());
            Tensor y = to.rank() == 4 ? shaped.permute(0, 3, 1, 2) : shaped;
            tensors.put(node.output(0), view ? y : Tensors.packed(y));
        };
    }

    private static void sliceGradient(Slice.Gradient op, TensorTable tensors, Node node) {
        Tensor dy = tensors.input(node, 0);
        long channels = node.input(0).shape().channels();
        Tensor whole;
        if (op.accumulates(node)) {
            whole = tensors.input(node, 1).clone();
            whole.narrow(Tensors.CHANNELS, op.offset(), channels).add_(dy);
        } else {
            whole = Tensors.empty(node.output(0).type()).zero_();
            whole.narrow(Tensors.CHANNELS, op.offset(), channels).copy_(dy);
        }
        tensors.put(node.output(0), whole);
    }

    static Kernel add(Node node) {
        return tensors -> tensors.put(node.output(0), torch.add(tensors.input(node, 0), tensors.input(node, 1)));
    }

    static Kernel cast(Cast op, Node node) {
        return tensors -> tensors.put(node.output(0), tensors.input(node, 0).to(Tensors.scalarType(op.dtype())));
    }

    static Kernel pixels(Pixels op, Node node) {
        return tensors -> {
            Tensor numbers = tensors.input(node, 0).to(Tensors.scalarType(DType.F32)).div_(new Scalar(PIXEL_MAXIMUM));
            tensors.put(node.output(0), numbers.to(Tensors.scalarType(op.dtype())));
        };
    }

    static Kernel view(Flat.View op, Node node) {
        return tensors -> tensors.put(node.output(0), Tensors.view(tensors.input(node, 0), op.offset(), op.shape()));
    }

    static Kernel pack(Flat.Pack op, Node node) {
        return tensors -> {
            Tensor flat = op.into() ? tensors.input(node, 0) : Tensors.empty(node.output(0).type());
            long offset = 0;
            for (int i = op.firstPart(); i < node.inputs().size(); i++) {
                Tensor place = Tensors.view(flat, offset, node.input(i).shape());
                Tensor part = tensors.input(node, i);
                if (Tensors.address(place) != Tensors.address(part)) {
                    place.copy_(part);
                }
                offset += node.input(i).shape().count();
            }
            tensors.put(node.output(0), flat);
        };
    }
}

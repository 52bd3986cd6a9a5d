package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.Softmax;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Kernels of attention, [MatMul] and [Softmax]: libtorch's batched matrix product and its softmax.
final class AttentionKernels {
    private static final int ROWS = 1; // of a tensor of matrices
    private static final int COLUMNS = 2;

    private AttentionKernels() {
    }

    static Kernel product(MatMul op, Node node) {
        Shape y = node.output(0).shape();
        Scalar scale = new Scalar(op.scale()).retainReference();
        return tensors -> {
            Tensor left = matrices(tensors.input(node, 0), node.input(0).shape());
            Tensor right = matrices(tensors.input(node, 1), node.input(1).shape());
            Tensor product = torch.bmm(op.leftTransposed() ? left.transpose(ROWS, COLUMNS) : left,
                    op.rightTransposed() ? right.transpose(ROWS, COLUMNS) : right);
            Tensor pixels = product.mul_(scale).reshape(y.dims()).permute(0, 3, 1, 2);
            ConvolutionKernels.put(tensors, node, Tensors.packed(pixels));
        };
    }

    /// A view `[images, pixels, channels]`: one matrix of pixels by channels per image.
    private static Tensor matrices(Tensor images, Shape shape) {
        return images.permute(0, 2, 3, 1).reshape(shape.dim(0), shape.dim(1) * shape.dim(2), shape.channels());
    }

    static Kernel softmax(Softmax op, Node node) {
        int rank = node.output(0).shape().rank();
        torch.ScalarType type = Tensors.scalarType(node.output(0).dtype());
        int last = rank == 4 ? Tensors.CHANNELS : rank - 1;
        return switch (op) {
            case Softmax.Forward _ -> tensors -> tensors.put(node.output(0),
                    Tensors.packed(torch.softmax(tensors.input(node, 0), last, new ScalarTypeOptional())));
            case Softmax.Gradient _ -> tensors -> {
                Tensor dy = tensors.input(node, 0).to(torch.ScalarType.Float);
                Tensor y = tensors.input(node, 1).to(torch.ScalarType.Float);
                Tensor dx = dy.sub(dy.mul(y).sum(new long[] {last}, true, new ScalarTypeOptional())).mul_(y);
                tensors.put(node.output(0), Tensors.packed(dx.to(type)));
            };
        };
    }
}

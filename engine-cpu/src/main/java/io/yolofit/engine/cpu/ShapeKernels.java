package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Upsample;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Kernels of pooling, upsampling, concat, slice, add and casts: direct calls of libtorch operators.
final class ShapeKernels {
    private static final double PIXEL_MAXIMUM = 255;
    private static final boolean PADDING_COUNTS = true;

    private ShapeKernels() {
    }

    static Kernel maxPool(MaxPool op, Node node) {
        long[] kernel = {op.kernel(), op.kernel()};
        long[] stride = {op.stride(), op.stride()};
        long[] padding = {op.padding(), op.padding()};
        long[] dilation = {1, 1};
        return switch (op) {
            case MaxPool.Forward forward -> tensors -> tensors.put(node.output(0),
                    new Tensor(torch.max_pool2d_with_indices(
                    tensors.input(node, 0), kernel, stride, padding, dilation, false).get0()));
            case MaxPool.Gradient gradient -> tensors -> {
                Tensor x = tensors.input(node, 0);
                var pooled = torch.max_pool2d_with_indices(x, kernel, stride, padding, dilation, false);
                ConvolutionKernels.put(tensors, node, torch.max_pool2d_with_indices_backward(tensors.input(node, 1), x,
                        kernel, stride, padding, dilation, false, pooled.get1()));
            };
        };
    }

    static Kernel averagePool(AveragePool op, Node node) {
        long[] kernel = {op.kernel(), op.kernel()};
        long[] stride = {op.stride(), op.stride()};
        long[] padding = {op.padding(), op.padding()};
        return switch (op) {
            case AveragePool.Forward forward -> tensors -> tensors.put(node.output(0), torch.avg_pool2d(
                    tensors.input(node, 0), kernel, stride, padding, false, PADDING_COUNTS, new LongOptional()));
            case AveragePool.Gradient gradient -> tensors -> {
                // libtorch reads only the shape and the layout of x here, not its contents
                Tensor x = Tensors.empty(node.output(0).type());
                ConvolutionKernels.put(tensors, node, torch.avg_pool2d_backward(tensors.input(node, 0), x, kernel,
                        stride, padding, false, PADDING_COUNTS, new LongOptional()));
            };
        };
    }

    static Kernel upsample(Upsample op, Node node) {
        long[] input = Tensors.logicalSizes(node.output(0).shape());
        long[] output = Tensors.logicalSizes(node.input(0).shape());
        return switch (op) {
            case Upsample.Forward forward -> tensors -> tensors.put(node.output(0), torch.upsample_nearest2d(
                    tensors.input(node, 0), new long[] {input[2], input[3]}, new DoubleOptional(),
                    new DoubleOptional()));
            case Upsample.Gradient gradient -> tensors -> ConvolutionKernels.put(tensors, node,
                    torch.upsample_nearest2d_backward(tensors.input(node, 0), new long[] {output[2], output[3]}, input,
                            new DoubleOptional(), new DoubleOptional()));
        };
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
}

package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Upsample;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Kernels of ops that move, join and pool: thin calls of libtorch.
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
            case MaxPool.Forward forward -> frame -> frame.put(node.output(0), new Tensor(torch.max_pool2d_with_indices(
                    frame.input(node, 0), kernel, stride, padding, dilation, false).get0()));
            case MaxPool.Gradient gradient -> frame -> {
                Tensor x = frame.input(node, 0);
                var pooled = torch.max_pool2d_with_indices(x, kernel, stride, padding, dilation, false);
                ConvolutionKernels.put(frame, node, torch.max_pool2d_with_indices_backward(frame.input(node, 1), x,
                        kernel,
                        stride, padding, dilation, false, pooled.get1()));
            };
        };
    }

    static Kernel averagePool(AveragePool op, Node node) {
        long[] kernel = {op.kernel(), op.kernel()};
        long[] stride = {op.stride(), op.stride()};
        long[] padding = {op.padding(), op.padding()};
        return switch (op) {
            case AveragePool.Forward forward -> frame -> frame.put(node.output(0), torch.avg_pool2d(
                    frame.input(node, 0), kernel, stride, padding, false, PADDING_COUNTS, new LongOptional()));
            case AveragePool.Gradient gradient -> frame -> {
                // only the shape and the layout of x matter here, not its contents
                Tensor x = Tensors.empty(node.output(0).type());
                ConvolutionKernels.put(frame, node, torch.avg_pool2d_backward(frame.input(node, 0), x, kernel, stride,
                        padding, false, PADDING_COUNTS, new LongOptional()));
            };
        };
    }

    static Kernel upsample(Upsample op, Node node) {
        long[] input = Tensors.logicalSizes(node.output(0).shape());
        long[] output = Tensors.logicalSizes(node.input(0).shape());
        return switch (op) {
            case Upsample.Forward forward -> frame -> frame.put(node.output(0), torch.upsample_nearest2d(
                    frame.input(node, 0), new long[] {input[2], input[3]}, new DoubleOptional(), new DoubleOptional()));
            case Upsample.Gradient gradient -> frame -> ConvolutionKernels.put(frame, node,
                    torch.upsample_nearest2d_backward(frame.input(node, 0), new long[] {output[2], output[3]}, input,
                            new DoubleOptional(), new DoubleOptional()));
        };
    }

    static Kernel concat(Node node) {
        return frame -> {
            Tensor[] parts = new Tensor[node.inputs().size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = frame.input(node, i);
            }
            frame.put(node.output(0), torch.cat(new TensorVector(parts), Tensors.CHANNELS));
        };
    }

    /// @param view whether no reader needs the slice packed
    static Kernel slice(Slice op, Node node, boolean view) {
        return switch (op) {
            case Slice.Forward(long offset, long channels) -> frame -> {
                Tensor part = frame.input(node, 0).narrow(Tensors.CHANNELS, offset, channels);
                frame.put(node.output(0), view ? part : Tensors.packed(part));
            };
            case Slice.Gradient gradient -> frame -> sliceGradient(gradient, frame, node);
        };
    }

    private static void sliceGradient(Slice.Gradient op, Frame frame, Node node) {
        Tensor dy = frame.input(node, 0);
        long channels = node.input(0).shape().channels();
        Tensor whole;
        if (op.accumulates(node)) {
            whole = frame.input(node, 1).clone();
            whole.narrow(Tensors.CHANNELS, op.offset(), channels).add_(dy);
        } else {
            whole = Tensors.empty(node.output(0).type()).zero_();
            whole.narrow(Tensors.CHANNELS, op.offset(), channels).copy_(dy);
        }
        frame.put(node.output(0), whole);
    }

    static Kernel add(Node node) {
        return frame -> frame.put(node.output(0), torch.add(frame.input(node, 0), frame.input(node, 1)));
    }

    static Kernel cast(Cast op, Node node) {
        return frame -> frame.put(node.output(0), frame.input(node, 0).to(Tensors.scalarType(op.dtype())));
    }

    static Kernel pixels(Pixels op, Node node) {
        return frame -> {
            Tensor numbers = frame.input(node, 0).to(Tensors.scalarType(DType.F32)).div_(new Scalar(PIXEL_MAXIMUM));
            frame.put(node.output(0), numbers.to(Tensors.scalarType(op.dtype())));
        };
    }
}

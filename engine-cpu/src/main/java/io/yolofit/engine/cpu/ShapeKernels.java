package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Upsample;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Kernels of pooling and upsampling: direct calls of libtorch operators.
final class ShapeKernels {
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
}

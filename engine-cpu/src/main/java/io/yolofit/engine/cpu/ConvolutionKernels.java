package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Kernels of [Conv2d]: libtorch's convolution and its two adjoints, which call oneDNN.
final class ConvolutionKernels {
    private static final int DATA = 0;
    private static final int WEIGHT = 1;
    private static final long[] NO_OUTPUT_PADDING = {0, 0};

    private ConvolutionKernels() {
    }

    static Kernel bind(Conv2d op, Node node) {
        return switch (op) {
            case Conv2d.Forward(var window) -> tensors -> tensors.put(node.output(0), forward(tensors, node, window));
            case Conv2d.DataGrad grad -> tensors -> {
                // libtorch reads only the shape and the layout of x here, not its contents
                Tensor x = Tensors.empty(node.output(0).type());
                put(tensors, node, adjoint(DATA, tensors.input(node, 0), x, tensors.input(node, 1), grad.window()));
            };
            case Conv2d.WeightGrad grad -> {
                DType dtype = leavesColumnsUnwritten(node, grad) ? DType.F32 : node.input(0).dtype();
                torch.ScalarType type = Tensors.scalarType(dtype);
                yield tensors -> {
                    Tensor w = Tensors.empty(node.output(0).type().withType(dtype));
                    Tensor dw = adjoint(WEIGHT, tensors.input(node, 1).to(type), tensors.input(node, 0).to(type), w,
                            grad.window());
                    put(tensors, node, dw.to(torch.ScalarType.Float));
                };
            }
            case Conv2d.BiasGrad grad -> tensors -> {
                Tensor dy = tensors.input(node, 0).to(torch.ScalarType.Float);
                put(tensors, node, torch.sum(dy, 0, 2, 3));
            };
        };
    }

    /// Whether some column of the kernel is outside the image at every output position, in half precision. oneDNN
    /// leaves the gradient of such a column uninitialized instead of writing zeros. The image is then narrower than the
    /// kernel, so computing in fp32 is cheap.
    private static boolean leavesColumnsUnwritten(Node node, Conv2d.WeightGrad grad) {
        if (!node.input(0).dtype().isHalf()) {
            return false;
        }
        long width = node.input(0).shape().dim(2);
        long positions = node.input(1).shape().dim(2);
        Window window = grad.window();
        return LongStream.range(0, grad.w().dim(2)).anyMatch(column -> LongStream.range(0, positions)
                .map(position -> position * window.stride() - window.padding() + column * window.dilation())
                .noneMatch(x -> x >= 0 && x < width));
    }

    private static Tensor forward(TensorTable tensors, Node node, Window window) {
        TensorOptional bias = node.inputs().size() == 3 ? new TensorOptional(tensors.input(node, 2))
                : new TensorOptional();
        return torch.convolution(tensors.input(node, 0), tensors.input(node, 1), bias, pair(window.stride()),
                pair(window.padding()), pair(window.dilation()), false, NO_OUTPUT_PADDING, window.groups());
    }

    private static Tensor adjoint(int which, Tensor dy, Tensor x, Tensor w, Window window) {
        BoolPointer mask = new BoolPointer(3);
        for (int i = 0; i < 3; i++) {
            mask.put(i, i == which);
        }
        var grads = torch.convolution_backward(dy, x, w, new long[] {0}, pair(window.stride()), pair(window.padding()),
                pair(window.dilation()), false, NO_OUTPUT_PADDING, window.groups(), mask);
        return new Tensor(which == DATA ? grads.get0() : grads.get1());
    }

    /// Stores a gradient, added to the existing one if there is one.
    static void put(TensorTable tensors, Node node, Tensor gradient) {
        Accumulating op = (Accumulating) node.op();
        tensors.put(node.output(0), op.accumulates(node) ? gradient.add_(tensors.input(node, op.operands()))
                : gradient);
    }

    private static long[] pair(long length) {
        return new long[] {length, length};
    }
}

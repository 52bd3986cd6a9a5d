package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.SumConvolutions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Kernels of [Silu], [LeakyRelu], [FoldBatchNorm] and [SumConvolutions]: direct calls of libtorch operators.
final class PointwiseKernels {
    private PointwiseKernels() {
    }

    static Kernel fold(FoldBatchNorm op, Node node) {
        return tensors -> {
            Tensor w = tensors.input(node, 0);
            Tensor variance = tensors.input(node, 4);
            Tensor scale = torch.add(variance, new Scalar(op.epsilon())).rsqrt_().mul_(tensors.input(node, 1));
            Tensor bias = tensors.input(node, 2).sub(tensors.input(node, 3).mul(scale));
            Tensor folded = w.mul(scale.view(-1, 1, 1, 1));
            tensors.put(node.output(0), folded.to(Tensors.scalarType(op.dtype())));
            tensors.put(node.output(1), bias.to(Tensors.scalarType(op.dtype())));
        };
    }

    static Kernel sum(SumConvolutions op, Node node) {
        torch.ScalarType type = Tensors.scalarType(op.dtype());
        long[] large = Tensors.logicalSizes(node.input(0).shape());
        long[] small = Tensors.logicalSizes(node.input(2).shape());
        return tensors -> {
            Tensor w = tensors.input(node, 0).clone();
            Tensor center = w;
            for (int side = 2; side < large.length; side++) {
                center = center.narrow(side, (large[side] - small[side]) / 2, small[side]);
            }
            center.add_(tensors.input(node, 2));
            tensors.put(node.output(0), Tensors.packed(w.to(type)));
            tensors.put(node.output(1), torch.add(tensors.input(node, 1), tensors.input(node, 3)).to(type));
        };
    }

    static Kernel leaky(LeakyRelu op, Node node) {
        Scalar slope = new Scalar(op.slope()).retainReference();
        return switch (op) {
            case LeakyRelu.Forward _ -> tensors ->
                    tensors.put(node.output(0), torch.leaky_relu(tensors.input(node, 0), slope));
            case LeakyRelu.Gradient _ -> tensors -> tensors.put(node.output(0),
                    torch.leaky_relu_backward(tensors.input(node, 0), tensors.input(node, 1), slope, false));
        };
    }

    static Kernel silu(Silu op, Node node) {
        return switch (op) {
            case Silu.Forward forward -> tensors -> tensors.put(node.output(0), torch.silu(tensors.input(node, 0)));
            case Silu.Gradient gradient -> tensors ->
                    tensors.put(node.output(0), torch.silu_backward(tensors.input(node, 0), tensors.input(node, 1)));
        };
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Silu;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Kernels of [BnAct], [FoldBatchNorm] and [Silu].
final class NormalizationKernels {
    private NormalizationKernels() {
    }

    static Kernel bind(BnAct op, Node node) {
        return switch (op) {
            case BnAct.Forward forward -> frame -> forward(forward, frame, node);
            case BnAct.Gradient gradient -> frame -> gradient(gradient, frame, node);
        };
    }

    private static void forward(BnAct.Forward op, Frame frame, Node node) {
        var result = torch.native_batch_norm(frame.input(node, 0), optional(frame, node, 1), optional(frame, node, 2),
                optional(frame, node, 3), optional(frame, node, 4), true, op.momentum(), op.epsilon());
        Tensor z = new Tensor(result.get0());
        frame.put(node.output(0), op.activation() == Activation.SILU ? torch.silu_(z) : z);
        frame.put(node.output(1), result.get1());
        frame.put(node.output(2), result.get2());
        frame.put(node.output(3), frame.input(node, 3)); // updated in place by libtorch
        frame.put(node.output(4), frame.input(node, 4));
    }

    private static void gradient(BnAct.Gradient op, Frame frame, Node node) {
        Tensor da = frame.input(node, 0);
        Tensor y = frame.input(node, 1);
        Tensor mean = frame.input(node, 4);
        Tensor invstd = frame.input(node, 5);
        Tensor dz = da;
        if (op.activation() == Activation.SILU) {
            Tensor z = normalize(y, optional(frame, node, 2), optional(frame, node, 3), mean, invstd);
            dz = torch.silu_backward_out(z, da, z);
        }
        BoolPointer all = new BoolPointer(3);
        for (int i = 0; i < 3; i++) {
            all.put(i, true);
        }
        var grads = torch.native_batch_norm_backward(dz, y, optional(frame, node, 2), new TensorOptional(),
                new TensorOptional(), new TensorOptional(mean), new TensorOptional(invstd), true, 0, all);
        frame.put(node.output(0), grads.get0());
        frame.put(node.output(1), grads.get1());
        frame.put(node.output(2), grads.get2());
    }

    /// The normalised value again, from saved statistics: libtorch wants a variance, so it gets invstd^-2 and no
    /// epsilon.
    private static Tensor normalize(Tensor y, TensorOptional gamma, TensorOptional beta, Tensor mean, Tensor invstd) {
        Tensor variance = invstd.mul(invstd).reciprocal_();
        var result = torch.native_batch_norm(y, gamma, beta, new TensorOptional(mean), new TensorOptional(variance),
                false,
                0, 0);
        return new Tensor(result.get0());
    }

    static Kernel fold(FoldBatchNorm op, Node node) {
        return frame -> {
            Tensor w = frame.input(node, 0);
            Tensor variance = frame.input(node, 4);
            Tensor scale = torch.add(variance, new Scalar(op.epsilon())).rsqrt_().mul_(frame.input(node, 1));
            Tensor bias = frame.input(node, 2).sub(frame.input(node, 3).mul(scale));
            Tensor folded = w.mul(scale.view(-1, 1, 1, 1));
            frame.put(node.output(0), folded.to(Tensors.scalarType(op.dtype())));
            frame.put(node.output(1), bias.to(Tensors.scalarType(op.dtype())));
        };
    }

    static Kernel silu(Silu op, Node node) {
        return switch (op) {
            case Silu.Forward forward -> frame -> frame.put(node.output(0), torch.silu(frame.input(node, 0)));
            case Silu.Gradient gradient -> frame ->
                    frame.put(node.output(0), torch.silu_backward(frame.input(node, 0), frame.input(node, 1)));
        };
    }

    private static TensorOptional optional(Frame frame, Node node, int index) {
        return new TensorOptional(frame.input(node, index));
    }
}

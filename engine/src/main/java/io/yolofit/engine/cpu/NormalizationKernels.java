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
            case BnAct.Forward forward -> tensors -> forward(forward, tensors, node);
            case BnAct.Apply apply -> tensors -> apply(apply, tensors, node);
            case BnAct.Gradient gradient -> tensors -> gradient(gradient, tensors, node);
        };
    }

    /// Statistics, then the same arithmetic as [BnAct.Apply], so that a recomputed activation is bit-identical.
    private static void forward(BnAct.Forward op, TensorTable tensors, Node node) {
        Tensor y = tensors.input(node, 0);
        Tensor runningMean = tensors.input(node, 3);
        Tensor runningVariance = tensors.input(node, 4);
        boolean oneValue = node.input(0).shape().count() == node.input(0).shape().channels();
        var statistics = torch.batch_norm_update_stats(y,
                new TensorOptional(oneValue ? runningMean.clone() : runningMean),
                new TensorOptional(oneValue ? runningVariance.clone() : runningVariance), op.momentum());
        Tensor mean = statistics.get0();
        Tensor invstd = torch.add(statistics.get1(), new Scalar(op.epsilon())).rsqrt_();
        put(op, tensors, node, activated(op.activation(), normalized(y, tensors.input(node, 1), tensors.input(node, 2),
                mean,
                invstd)));
        tensors.put(node.output(1), mean);
        tensors.put(node.output(2), invstd);
        tensors.put(node.output(3), tensors.input(node, 3)); // updated in place by libtorch
        tensors.put(node.output(4), tensors.input(node, 4));
    }

    private static void apply(BnAct.Apply op, TensorTable tensors, Node node) {
        put(op, tensors, node, activated(op.activation(), normalized(tensors.input(node, 0), tensors.input(node, 1),
                tensors.input(node, 2), tensors.input(node, 3), tensors.input(node, 4))));
    }

    /// Adds the residual, and writes the packed copy of some channels, where the node has them.
    private static void put(BnAct.Result op, TensorTable tensors, Node node, Tensor activated) {
        Tensor a = BnAct.hasResidual(node) ? activated.add_(tensors.input(node, BnAct.RESIDUAL)) : activated;
        tensors.put(node.output(0), a);
        if (!op.copy().isNone()) {
            Tensor part = a.narrow(Tensors.CHANNELS, op.copy().offset(), op.copy().channels());
            tensors.put(node.outputs().getLast(), Tensors.packed(part));
        }
    }

    private static Tensor activated(Activation activation, Tensor z) {
        return activation == Activation.SILU ? torch.silu_(z) : z;
    }

    private static void gradient(BnAct.Gradient op, TensorTable tensors, Node node) {
        Tensor da = tensors.input(node, 0);
        Tensor y = tensors.input(node, 1);
        Tensor mean = tensors.input(node, 4);
        Tensor invstd = tensors.input(node, 5);
        boolean silu = op.activation() == Activation.SILU;
        Tensor z = silu || op.recompute()
                ? normalized(y, tensors.input(node, 2), tensors.input(node, 3), mean, invstd) : null;
        if (op.recompute()) { // z is overwritten below
            tensors.put(node.output(BnAct.Gradient.RECOMPUTED), silu ? torch.silu(z) : z);
        }
        Tensor dz = silu ? torch.silu_backward_out(z, da, z) : da;
        BoolPointer all = new BoolPointer(3);
        for (int i = 0; i < 3; i++) {
            all.put(i, true);
        }
        var grads = torch.native_batch_norm_backward(dz, y, optional(tensors, node, 2), new TensorOptional(),
                new TensorOptional(), new TensorOptional(mean), new TensorOptional(invstd), true, 0, all);
        tensors.put(node.output(0), grads.get0());
        tensors.put(node.output(1), grads.get1());
        tensors.put(node.output(2), grads.get2());
    }

    /// `scale * y + shift` with `scale = gamma * invstd` and `shift = beta - mean * scale` per channel, computed by
    /// libtorch's inference normalization with mean 0 and variance 1.
    private static Tensor normalized(Tensor y, Tensor gamma, Tensor beta, Tensor mean, Tensor invstd) {
        Tensor scale = gamma.mul(invstd);
        Tensor shift = beta.sub(mean.mul(scale));
        Tensor zeros = torch.zeros_like(mean);
        var result = torch.native_batch_norm(y, new TensorOptional(scale), new TensorOptional(shift),
                new TensorOptional(zeros), new TensorOptional(torch.ones_like(mean)), false, 0, 0);
        return new Tensor(result.get0());
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

    static Kernel silu(Silu op, Node node) {
        return switch (op) {
            case Silu.Forward forward -> tensors -> tensors.put(node.output(0), torch.silu(tensors.input(node, 0)));
            case Silu.Gradient gradient -> tensors ->
                    tensors.put(node.output(0), torch.silu_backward(tensors.input(node, 0), tensors.input(node, 1)));
        };
    }

    private static TensorOptional optional(TensorTable tensors, Node node, int index) {
        return new TensorOptional(tensors.input(node, index));
    }
}

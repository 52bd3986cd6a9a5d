package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.nccl.Nccl;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Upsample;
import java.util.Optional;
import java.util.function.Supplier;

/// Binds the kernels of every op. The switch is total: a new op does not compile until it has kernels.
///
/// @param group the communicator, opened at the first call; never called for programs of one rank
public record Kernels(Convolutions convolutions, Supplier<Nccl.Group> group) {
    /// Most workspace bytes of a convolution algorithm.
    public static final long WORKSPACE_CAP = ConvolutionKernels.WORKSPACE_CAP;

    /// The convolution of a node, if it needs an algorithm, which must be selected before the node is bound.
    public static Optional<Convolutions.Site> convolution(KernelContext context) {
        return ConvolutionKernels.site(context);
    }

    public CudaKernel bind(KernelContext context) {
        return switch (context.node().op()) {
            case Conv2d op -> ConvolutionKernels.bind(op, context, convolutions);
            case BnAct.Forward op -> NormalizationKernels.forward(op, context);
            case BnAct.Apply op -> NormalizationKernels.recompute(op, context);
            case BnAct.Gradient op -> NormalizationKernels.gradient(op, context);
            case BnHalf.Sums _ -> NormalizationKernels.sums(context);
            case BnHalf.Moments op -> NormalizationKernels.moments(op, context);
            case BnHalf.Reduce op -> NormalizationKernels.reduce(op.activation(), context);
            case BnHalf.Gradient op -> NormalizationKernels.secondHalf(op, context);
            case FoldBatchNorm op -> PointwiseKernels.fold(op, context);
            case SumConvolutions op -> PointwiseKernels.sum(op, context);
            case Silu op -> PointwiseKernels.silu(op, context);
            case LeakyRelu op -> PointwiseKernels.leaky(op, context);
            case MaxPool op -> ShapeKernels.maxPool(op, context);
            case AveragePool op -> ShapeKernels.averagePool(op, context);
            case MatMul op -> AttentionKernels.product(op, context);
            case Softmax op -> AttentionKernels.softmax(op, context);
            case Upsample op -> ShapeKernels.upsample(op, context);
            case Concat op -> CopyKernels.concat(op, context);
            case Detach _ -> CopyKernels.slice(Detach.asSlice(context.node()), context);
            case Slice.Forward op -> CopyKernels.slice(op, context);
            case Reshape _ -> CopyKernels.reshape(context);
            case Slice.Gradient op -> CopyKernels.sliceGradient(op, context);
            case Add op -> CopyKernels.add(op, context);
            case Cast op -> CopyKernels.cast(op, context);
            case Pixels op -> CopyKernels.pixels(op, context);
            case Flat.View _ -> CudaKernel.NOTHING;
            case Flat.Pack op -> CopyKernels.pack(op, context);
            case GradientNorm op -> UpdateKernels.norm(op, context);
            case LossScale.Apply _ -> UpdateKernels.applyScale(context);
            case LossScale.Adjust op -> UpdateKernels.adjustScale(op.growth(), op.backoff(), op.interval(), context);
            case Update op -> UpdateKernels.update(op, context);
            case DetectionDecode op -> DetectionKernels.decode(op, context);
            case DetectionLoss op -> DetectionKernels.loss(op, context);
            case DetectionLoss.Assign op -> DetectionKernels.assign(op, context);
            case AllReduce op -> allReduce(op, context);
        };
    }

    /// An in-place sum over ranks, which NCCL enqueues.
    private CudaKernel allReduce(AllReduce op, KernelContext context) {
        Nccl.Group ranks = group.get();
        if (ranks.ranks() != op.ranks()) {
            throw new EngineException("a program of " + op.ranks() + " ranks on an engine of " + ranks.ranks());
        }
        DeviceTensor vector = context.out(0);
        return stream -> ranks.sum(vector.address(), vector.count(), stream.handle());
    }
}

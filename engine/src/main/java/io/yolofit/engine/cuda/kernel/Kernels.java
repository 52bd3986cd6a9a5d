package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Upsample;
import java.util.Optional;

/// Finds the kernels of every op. A new op does not compile until it has some.
public record Kernels(Convolutions convolutions) {
    /// Most scratch memory of one of cuDNN's convolutions.
    public static final long WORKSPACE_CAP = ConvolutionKernels.WORKSPACE_CAP;

    /// What cuDNN has to compute for a node, if anything: to be prepared before the node is bound.
    public static Optional<ConvolutionProblem> problem(Site site) {
        return ConvolutionKernels.problem(site);
    }

    public CudaKernel bind(Site site) {
        return switch (site.node().op()) {
            case Conv2d op -> ConvolutionKernels.bind(op, site, convolutions);
            case BnAct.Forward op -> NormalizationKernels.forward(op, site);
            case BnAct.Apply op -> NormalizationKernels.rebuild(op, site);
            case BnAct.Gradient op -> NormalizationKernels.gradient(op, site);
            case FoldBatchNorm op -> PointwiseKernels.fold(op, site);
            case Silu op -> PointwiseKernels.silu(op, site);
            case MaxPool op -> ShapeKernels.maxPool(op, site);
            case AveragePool op -> ShapeKernels.averagePool(op, site);
            case MatMul op -> AttentionKernels.product(op, site);
            case Softmax op -> AttentionKernels.softmax(op, site);
            case Upsample op -> ShapeKernels.upsample(op, site);
            case Concat op -> CopyKernels.concat(op, site);
            case Slice.Forward op -> CopyKernels.slice(op, site);
            case Slice.Gradient op -> CopyKernels.sliceGradient(op, site);
            case Add op -> CopyKernels.add(op, site);
            case Cast op -> CopyKernels.cast(op, site);
            case Pixels op -> CopyKernels.pixels(op, site);
            case Flat.View _ -> CudaKernel.NOTHING;
            case Flat.Pack op -> CopyKernels.pack(op, site);
            case GradientNorm op -> UpdateKernels.norm(op, site);
            case LossScale.Apply _ -> UpdateKernels.applyScale(site);
            case LossScale.Adjust op -> UpdateKernels.adjustScale(op.growth(), op.backoff(), op.interval(), site);
            case Update op -> UpdateKernels.update(op, site);
            case DetectionDecode op -> DetectionKernels.decode(op, site);
            case DetectionLoss op -> DetectionKernels.loss(op, site);
        };
    }
}

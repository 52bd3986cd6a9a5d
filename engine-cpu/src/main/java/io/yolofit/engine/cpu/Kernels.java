package io.yolofit.engine.cpu;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.Node;
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
import io.yolofit.graph.plan.Program;

/// Selects the kernel of a node. The switch is total: a new op does not compile until it has a kernel.
record Kernels(Program program, Workers workers, Communicator group) {
    Kernel bind(Node node) {
        return switch (node.op()) {
            case Conv2d op -> ConvolutionKernels.bind(op, node);
            case BnAct op -> NormalizationKernels.bind(op, node, workers);
            case BnHalf op -> NormalizationKernels.bind(op, node, workers);
            case FoldBatchNorm op -> NormalizationKernels.fold(op, node);
            case SumConvolutions op -> NormalizationKernels.sum(op, node);
            case Silu op -> NormalizationKernels.silu(op, node);
            case LeakyRelu op -> NormalizationKernels.leaky(op, node);
            case MaxPool op -> ShapeKernels.maxPool(op, node);
            case AveragePool op -> ShapeKernels.averagePool(op, node);
            case MatMul op -> AttentionKernels.product(op, node);
            case Softmax op -> AttentionKernels.softmax(op, node);
            case Upsample op -> ShapeKernels.upsample(op, node);
            case Concat op -> ShapeKernels.concat(node);
            case Detach _ -> ShapeKernels.slice(Detach.asSlice(node), node, program.assignment().isFree(node));
            case Slice op -> ShapeKernels.slice(op, node, program.assignment().isFree(node));
            case Reshape op -> ShapeKernels.reshape(op, node, program.assignment().isFree(node));
            case Add op -> ShapeKernels.add(node);
            case Cast op -> ShapeKernels.cast(op, node);
            case Pixels op -> ShapeKernels.pixels(op, node);
            case Flat.View op -> StateKernels.view(op, node);
            case Flat.Pack op -> StateKernels.pack(op, node);
            case AllReduce op -> StateKernels.allReduce(op, node, group);
            case GradientNorm op -> StateKernels.norm(node, workers);
            case LossScale op -> StateKernels.lossScale(op, node);
            case Update op -> UpdateKernel.bind(op, node, workers);
            case DetectionDecode op -> DetectionKernels.decode(op, node, workers);
            case DetectionLoss.Assign op -> DetectionKernels.assign(op, node, workers);
            case DetectionLoss op -> DetectionKernels.loss(op, node, workers);
        };
    }
}

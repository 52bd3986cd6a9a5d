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
import org.bytedeco.pytorch.Tensor;

/// Selects the kernel of a node. The switch is total: a new op does not compile until it has a kernel.
record Kernels(Program program, Workers workers, Communicator group) {
    Kernel bind(Node node) {
        return switch (node.op()) {
            case Conv2d op -> ConvolutionKernels.bind(op, node);
            case BnAct op -> NormalizationKernels.bind(op, node, workers);
            case BnHalf op -> NormalizationKernels.bind(op, node, workers);
            case FoldBatchNorm op -> PointwiseKernels.fold(op, node);
            case SumConvolutions op -> PointwiseKernels.sum(op, node);
            case Silu op -> PointwiseKernels.silu(op, node);
            case LeakyRelu op -> PointwiseKernels.leaky(op, node);
            case MaxPool op -> ShapeKernels.maxPool(op, node);
            case AveragePool op -> ShapeKernels.averagePool(op, node);
            case MatMul op -> AttentionKernels.product(op, node);
            case Softmax op -> AttentionKernels.softmax(op, node);
            case Upsample op -> ShapeKernels.upsample(op, node);
            case Concat op -> CopyKernels.concat(node);
            case Detach _ -> CopyKernels.slice(Detach.asSlice(node), node, program.assignment().isFree(node));
            case Slice op -> CopyKernels.slice(op, node, program.assignment().isFree(node));
            case Reshape op -> CopyKernels.reshape(op, node, program.assignment().isFree(node));
            case Add op -> CopyKernels.add(node);
            case Cast op -> CopyKernels.cast(op, node);
            case Pixels op -> CopyKernels.pixels(op, node);
            case Flat.View op -> CopyKernels.view(op, node);
            case Flat.Pack op -> CopyKernels.pack(op, node);
            case AllReduce op -> allReduce(op, node);
            case GradientNorm op -> UpdateKernels.norm(node, workers);
            case LossScale op -> UpdateKernels.lossScale(op, node);
            case Update op -> UpdateKernels.update(op, node, workers);
            case DetectionDecode op -> DetectionKernels.decode(op, node, workers);
            case DetectionLoss.Assign op -> DetectionKernels.assign(op, node, workers);
            case DetectionLoss op -> DetectionKernels.loss(op, node, workers);
        };
    }

    private Kernel allReduce(AllReduce op, Node node) {
        if (group.ranks() != op.ranks()) {
            throw new IllegalArgumentException("the program is one of " + op.ranks() + " ranks, but the engine belongs"
                    + " to a group of " + group.ranks() + ": open it with the communicator of the run");
        }
        return tensors -> {
            Tensor vector = tensors.input(node, 0);
            group.sum(Tensors.memory(vector), vector.numel());
            tensors.put(node.output(0), vector);
        };
    }
}

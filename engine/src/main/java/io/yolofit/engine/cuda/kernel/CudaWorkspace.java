package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.plan.WorkspaceModel;

/// Workspace and overlap of the CUDA engine's kernels: a pure function of a node's shapes, the same for all devices, so
/// that memory can be planned without a device.
public final class CudaWorkspace implements WorkspaceModel {
    @Override
    public long bytes(Node node) {
        return switch (node.op()) {
            case Conv2d op -> ConvolutionKernels.workspace(op, node);
            case BnAct.Forward _, BnAct.Gradient _ -> NormalizationKernels.workspace(node);
            case DetectionLoss op -> DetectionKernels.workspace(op, node);
            case GradientNorm _ -> UpdateKernels.normWorkspace(node);
            default -> 0;
        };
    }

    /// A weight gradient runs on the side stream and overlaps the following nodes, up to the next weight gradient or
    /// the first reader of its result. Nothing in the backward pass waits for it, and it fills idle multiprocessors.
    @Override
    public boolean isOnSideStream(Node node) {
        return overlaps(node);
    }

    /// Whether a node runs on the side stream.
    public static boolean overlaps(Node node) {
        return node.op() instanceof Conv2d.WeightGrad;
    }
}

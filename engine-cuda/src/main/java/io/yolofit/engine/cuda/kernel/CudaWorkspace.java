package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.WorkspaceModel;

/// Workspace and overlap of the CUDA engine's kernels: a pure function of a node's shapes, the same for all devices, so
/// that memory can be planned without a device.
///
/// @param overlap of the schedule
public record CudaWorkspace(Overlap overlap) implements WorkspaceModel {
    /// The overlap of training.
    public CudaWorkspace() {
        this(Overlap.BRANCHES);
    }

    @Override
    public long bytes(Node node) {
        return switch (node.op()) {
            case Conv2d op -> ConvolutionKernels.workspace(op, node);
            case BnAct.Forward _, BnAct.Gradient _, BnHalf.Sums _, BnHalf.Reduce _ ->
                    NormalizationKernels.workspace(node);
            case DetectionLoss op -> DetectionKernels.workspace(op.assign(), node);
            case DetectionLoss.Assign op -> DetectionKernels.workspace(op, node);
            case GradientNorm _ -> UpdateKernels.normWorkspace(node);
            default -> 0;
        };
    }

    /// Weight gradients run on the side lane: nothing in the backward pass waits for them, and they fill idle
    /// multiprocessors. Sums of gradients over ranks run on the links' lane; the exchanges of statistics do not,
    /// because the next node reads their result.
    @Override
    public Lane lane(Node node) {
        if (node.op() instanceof Conv2d.WeightGrad) {
            return Lane.SIDE;
        }
        return node.op() instanceof AllReduce && node.output(0).role() == Role.GRADIENT ? Lane.LINKS : Lane.MAIN;
    }
}

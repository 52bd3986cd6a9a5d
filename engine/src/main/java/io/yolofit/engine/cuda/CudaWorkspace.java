package io.yolofit.engine.cuda;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.plan.WorkspaceModel;

/// Scratch memory of the CUDA engine's kernels: a pure function of a node's shapes, the same for all devices, so that
/// memory can be planned where there is none.
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
}

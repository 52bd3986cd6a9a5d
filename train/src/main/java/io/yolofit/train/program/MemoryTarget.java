package io.yolofit.train.program;

import io.yolofit.engine.Engine;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;

/// What a memory plan needs to know about the device.
///
/// @param workspace scratch memory of its kernels
/// @param staging   whether the next batch is copied in while the present one is computed
/// @param recompute what `recompute=default` means there
public record MemoryTarget(WorkspaceModel workspace, boolean staging, Recompute.Policy recompute) {
    public static MemoryTarget of(Engine engine) {
        return new MemoryTarget(engine.workspace(), engine.staging(), engine.recompute());
    }

    /// A GPU, whichever: its kernels' scratch, and the next batch beside the present one.
    public static MemoryTarget gpu(WorkspaceModel workspace) {
        return new MemoryTarget(workspace, true, Recompute.Policy.DEFAULT);
    }

    /// Kernels without scratch, batches one after the other: the CPU engine's.
    public static MemoryTarget cpu() {
        return new MemoryTarget(WorkspaceModel.none(), false, Recompute.Policy.OFF);
    }
}

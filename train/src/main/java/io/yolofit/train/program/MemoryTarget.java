package io.yolofit.train.program;

import io.yolofit.engine.Engine;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;

/// Properties of a device that a memory plan depends on.
///
/// @param workspace workspace bytes of its kernels
/// @param staging   whether the next batch is copied to the device while the current one is computed
/// @param recompute rematerialization policy of `recompute=default`
public record MemoryTarget(WorkspaceModel workspace, boolean staging, Recompute.Policy recompute) {
    public static MemoryTarget of(Engine engine) {
        return new MemoryTarget(engine.workspace(), engine.staging(), engine.recompute());
    }

    /// Any GPU: kernels with workspaces, and a staging buffer for the next batch.
    public static MemoryTarget gpu(WorkspaceModel workspace) {
        return new MemoryTarget(workspace, true, Recompute.Policy.DEFAULT);
    }

    /// The CPU engine: no workspaces, no staging, no rematerialization.
    public static MemoryTarget cpu() {
        return new MemoryTarget(WorkspaceModel.none(), false, Recompute.Policy.OFF);
    }
}

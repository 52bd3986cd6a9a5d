package io.yolofit.train.plan;

import io.yolofit.engine.Engine;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.KernelTimeModel;
import io.yolofit.train.plan.time.Roofline;
import io.yolofit.train.plan.time.StepTimeModel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// A device, as far as a plan depends on it. Planning needs no engine and no device, only this.
///
/// @param name      for reports: "a GPU", "NVIDIA H200"
/// @param memory    its memory, and what a process needs in addition to its arena
/// @param workspace workspace bytes and overlap of its kernels; the compiler's passes optimize for them
/// @param staging   whether the next batch is copied to the device while the current one is computed
/// @param recompute rematerialization policy of `recompute=default`
/// @param half      element type of mixed precision; f32 where half precision gains nothing
/// @param types     supported element types of activations
/// @param times     predicts the time of programs
/// @param slot      of the rank that runs on the device
public record Target(String name, DeviceMemory memory, WorkspaceModel workspace, boolean staging,
        Recompute.Policy recompute, DType half, Set<DType> types, StepTimeModel times, Slot slot) {
    public Target {
        types = Set.copyOf(types);
    }

    /// The device of a run on one device.
    public Target(String name, DeviceMemory memory, WorkspaceModel workspace, boolean staging,
            Recompute.Policy recompute, DType half, Set<DType> types, StepTimeModel times) {
        this(name, memory, workspace, staging, recompute, half, types, times, Slot.ALONE);
    }

    /// The same device for a rank of a run on several.
    public Target at(Slot rank) {
        return new Target(name, memory, workspace, staging, recompute, half, types, times, rank);
    }

    /// The device of an engine, with estimates for memory and time.
    public static Target of(Engine engine) {
        Set<DType> types = EnumSet.noneOf(DType.class);
        Arrays.stream(DType.values()).filter(engine::supports).forEach(types::add);
        return new Target(engine.description(), engine.staging() ? DeviceMemory.ABSENT_GPU : DeviceMemory.HOST,
                engine.workspace(), engine.staging(), engine.recompute(), engine.mixedPrecision(), types,
                engine.staging() ? KernelTimeModel.of(DeviceRates.H200, engine.workspace()) : Roofline.CPU);
    }

    /// Any GPU: kernels with workspaces, and a staging buffer for the next batch.
    public static Target gpu(WorkspaceModel workspace) {
        return new Target("a GPU", DeviceMemory.ABSENT_GPU, workspace, true, Recompute.Policy.DEFAULT, DType.F16,
                Set.of(DType.F32, DType.F16, DType.BF16),
                KernelTimeModel.of(DeviceRates.H200, workspace));
    }

    /// The CPU engine: no workspaces, no staging, no rematerialization.
    ///
    /// @param half bf16 where the CPU computes in it, or else f32
    public static Target cpu(DType half) {
        return new Target("the CPU", DeviceMemory.HOST, WorkspaceModel.none(), false, Recompute.Policy.OFF, half,
                Set.of(DType.F32, DType.BF16), Roofline.CPU);
    }

    /// Device memory of the communication with other ranks, bytes; 0 for one rank and on the CPU.
    public long linkBytes() {
        return times.links().bytes(slot.ranks());
    }

    public Target with(DeviceMemory other) {
        return new Target(name, other, workspace, staging, recompute, half, types, times, slot);
    }

    /// The same with or without TF32 in f32 convolutions, as `tf32=` selects it.
    public Target withTf32(boolean allowed) {
        return with(times.withTf32(allowed));
    }

    public Target with(StepTimeModel other) {
        return new Target(name, memory, workspace, staging, recompute, half, types, other, slot);
    }
}

package io.yolofit.app.report;

import java.util.List;

/// The memory plan of a training run, printed by `yolofit plan`. All sizes are bytes.
///
/// @param run           the planned run: "yolov8n, 640 px, batch 16, AdamW, fp32"
/// @param roles         all memory by role
/// @param programs      that run in the arena, one after another
/// @param persistent    buffers that keep their contents between steps; part of the arena
/// @param staging       double buffer of the next batch; part of the arena; 0 on the CPU
/// @param arena         the single block that the run allocates
/// @param lowerBound    maximum of live bytes; no plan can be smaller
/// @param peak          the moment with the most live bytes
/// @param largest       tensors live at the peak, largest first
/// @param recomputation values recomputed in the backward pass; null if there are none
/// @param context       GPU context and libraries, in addition to the arena; null if not measured
public record PlanReport(String run, List<RoleMemory> roles, List<ProgramMemory> programs, long persistent,
        long staging, long arena, long lowerBound, Moment peak, List<LargeTensor> largest, Recomputation recomputation,
        Context context) {
    /// Memory of one role: persistent roles of the whole run, others of the program with the peak.
    ///
    /// @param role    parameters, gradients, optimizer, EMA, statistics, input, targets, activations,
    ///                activation gradients or workspace
    /// @param buffers number of buffers
    /// @param bytes   sum over all buffers, ignoring that they share memory
    /// @param atPeak  sum over the buffers live at the peak
    public record RoleMemory(String role, long buffers, long bytes, long atPeak) {}

    /// One program of the run.
    ///
    /// @param bytes in addition to the persistent buffers
    public record ProgramMemory(String name, int kernels, long bytes) {}

    /// A moment in a program.
    ///
    /// @param program "training step"
    /// @param kernel  index in the order of the program, from 1
    /// @param name    of the kernel: "gradient of model.2.cv1.conv"
    public record Moment(String program, int kernel, int kernels, String name) {}

    /// A tensor with a name that users recognize.
    ///
    /// @param type element type and shape: "f32[16,320,320,16]"
    public record LargeTensor(String name, String type, String role, long bytes) {}

    /// Values that are recomputed in the backward pass instead of being saved (rematerialization).
    ///
    /// @param values       number of values
    /// @param convolutions how many of them are convolution outputs
    /// @param extraFlops   added arithmetic, as a fraction of a step
    /// @param extraBytes   added memory traffic of pointwise kernels
    /// @param arenaWithout arena of the training step without recomputation
    /// @param arenaWith    arena of the training step
    /// @param largest      recomputed values, largest first
    public record Recomputation(int values, int convolutions, double extraFlops, long extraBytes, long arenaWithout,
            long arenaWith, List<RecomputedTensor> largest) {
        public Recomputation {
            largest = List.copyOf(largest);
        }
    }

    /// A value that is recomputed.
    public record RecomputedTensor(String name, long bytes, boolean convolution) {}

    /// Measured memory of context and libraries.
    ///
    /// @param device on which it was measured
    public record Context(String device, long bytes) {}

    /// The same report with the memory measured on a device.
    public PlanReport with(Context measured) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest,
                recomputation, measured);
    }

    public PlanReport {
        roles = List.copyOf(roles);
        programs = List.copyOf(programs);
        largest = List.copyOf(largest);
        if (arena < lowerBound) {
            throw new IllegalArgumentException(
                    "an arena of " + arena + " bytes is below the lower bound of " + lowerBound);
        }
    }
}

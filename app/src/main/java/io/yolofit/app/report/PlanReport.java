package io.yolofit.app.report;

import java.util.List;

/// What `yolofit plan` says: the memory of a training run, known before it starts. All sizes are bytes.
///
/// @param run        what is planned: "yolov8n, 640 px, batch 16, AdamW, fp32"
/// @param roles      all memory by what it is for
/// @param programs   what runs in the arena, one after the other
/// @param persistent what keeps its contents from step to step; part of the arena
/// @param staging    where the next batch waits while the present one is computed; part of the arena; 0 on the CPU
/// @param arena      the one block that the run takes
/// @param lowerBound the most bytes that live at one moment; no plan can be smaller
/// @param peak       the moment at which most bytes live
/// @param largest    tensors that live then, largest first
/// @param recomputing what is made again in the backward pass; null if nothing is
/// @param context    what comes on top on a GPU; null where it was not measured
public record PlanReport(String run, List<RoleMemory> roles, List<ProgramMemory> programs, long persistent,
        long staging, long arena, long lowerBound, Moment peak, List<LargeTensor> largest, Recomputation recomputing,
        Context context) {
    /// Memory of one role: of what is persistent, in the whole run; of the rest, in the program with the peak.
    ///
    /// @param role    parameters, gradients, optimizer, EMA, statistics, input, targets, activations,
    ///                activation gradients or workspace
    /// @param buffers how many there are
    /// @param bytes   of all of them, as if none shared its place
    /// @param atPeak  of those that live at the peak
    public record RoleMemory(String role, long buffers, long bytes, long atPeak) {}

    /// One program of the run.
    ///
    /// @param bytes that it needs beside what is persistent
    public record ProgramMemory(String name, int kernels, long bytes) {}

    /// A moment of a program.
    ///
    /// @param program "training step"
    /// @param kernel  counted from 1 in the order of the program
    /// @param name    of the kernel: "gradient of model.2.cv1.conv"
    public record Moment(String program, int kernel, int kernels, String name) {}

    /// A tensor that users may recognize.
    ///
    /// @param type element type and shape: "f32[16,320,320,16]"
    public record LargeTensor(String name, String type, String role, long bytes) {}

    /// What is recomputed in the backward pass instead of being kept.
    ///
    /// @param values       how many
    /// @param convolutions of them, made by a convolution
    /// @param extraFlops   work added, as a share of a step's
    /// @param extraBytes   read and written in addition, by what is not a convolution
    /// @param arenaWithout bytes of the training step's arena, were all of it kept
    /// @param arenaWith    bytes of the training step's arena
    /// @param largest      of them, largest first
    public record Recomputation(int values, int convolutions, double extraFlops, long extraBytes, long arenaWithout,
            long arenaWith, List<RecomputedTensor> largest) {
        public Recomputation {
            largest = List.copyOf(largest);
        }
    }

    /// A value that is made again.
    public record RecomputedTensor(String name, long bytes, boolean convolution) {}

    /// Context and libraries, as measured.
    ///
    /// @param device that it was measured on
    public record Context(String device, long bytes) {}

    /// The same with what was measured on a device.
    public PlanReport with(Context measured) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest, recomputing,
                measured);
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

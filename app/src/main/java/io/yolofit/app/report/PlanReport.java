package io.yolofit.app.report;

import java.util.List;

/// What `yolofit plan` says: the memory of a training run, known before it starts. All sizes are bytes.
///
/// @param run        what is planned: "yolov8n, 640 px, batch 16, AdamW, fp32"
/// @param roles      all memory by what it is for
/// @param programs   what runs in the arena, one after the other
/// @param persistent what keeps its contents from step to step; part of the arena
/// @param arena      the one block that the run takes
/// @param lowerBound the most bytes that live at one moment; no plan can be smaller
/// @param peak       the moment at which most bytes live
/// @param largest    tensors that live then, largest first
public record PlanReport(String run, List<RoleMemory> roles, List<ProgramMemory> programs, long persistent, long arena,
        long lowerBound, Moment peak, List<LargeTensor> largest) {
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

    /// A tensor that users may recognise.
    ///
    /// @param type element type and shape: "f32[16,320,320,16]"
    public record LargeTensor(String name, String type, String role, long bytes) {}

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

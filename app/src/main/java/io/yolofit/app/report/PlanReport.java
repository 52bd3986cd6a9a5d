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
/// @param prediction    memory of the process and times; null on the CPU
/// @param host          memory of the host, estimated; null if unknown
/// @param loading       data loading, measured on this machine, against the predicted speed; null without a data set
/// @param scaling       predicted speed on several GPUs; null unless `ranks=` asks for it
public record PlanReport(String run, List<RoleMemory> roles, List<ProgramMemory> programs, long persistent,
        long staging, long arena, long lowerBound, Moment peak, List<LargeTensor> largest, Recomputation recomputation,
        Prediction prediction, HostPlan host, LoadingReport loading, ScalingReport scaling) {
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

    /// What the planner expects of the run on its device, in addition to the exact arena.
    ///
    /// @param device       name
    /// @param context      driver context, libraries and modules
    /// @param measured     whether `context` was measured on the device
    /// @param graphs       CUDA graphs, estimated
    /// @param kernels      in all graphs
    /// @param links        of the communication with other ranks (NCCL), estimated; 0 for one rank
    /// @param total        of the process on the device
    /// @param limit        memory limit of the run, in words
    /// @param chosen       what the planner chose and why, one line each
    /// @param alternatives other runs
    public record Prediction(String device, long context, boolean measured, long graphs, long kernels, long links,
            long total, String limit, Times times, List<String> chosen, List<AlternativeRun> alternatives) {
        public Prediction {
            chosen = List.copyOf(chosen);
            alternatives = List.copyOf(alternatives);
        }
    }

    /// Predicted times without data loading, in seconds.
    ///
    /// @param step            of a full training batch
    /// @param update          of accumulated gradients; 0 if the step includes it
    /// @param validation      of a full validation batch
    /// @param imagesPerSecond in training
    /// @param epoch           with its validation; null if the number of images is unknown
    /// @param hours           of the run; null likewise
    /// @param source          of the rates
    public record Times(double step, double update, double validation, double imagesPerSecond, Double epoch,
            Double hours, String source) {}

    /// A run other than the planned one.
    ///
    /// @param memory of the process, estimated
    /// @param hours  of the run; null if the number of images is unknown
    /// @param effect what changes for accuracy and speed
    public record AlternativeRun(String command, long memory, boolean fits, double imagesPerSecond, Double hours,
            String effect) {}

    /// The same report with a prediction.
    public PlanReport with(Prediction predicted) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest,
                recomputation, predicted, host, loading, scaling);
    }

    /// The same report with an estimate of host memory.
    public PlanReport with(HostPlan estimated) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest,
                recomputation, prediction, estimated, loading, scaling);
    }

    /// The same report with its data loading.
    public PlanReport with(LoadingReport measured) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest,
                recomputation, prediction, host, measured, scaling);
    }

    /// The same report with its speed on several GPUs.
    public PlanReport with(ScalingReport predicted) {
        return new PlanReport(run, roles, programs, persistent, staging, arena, lowerBound, peak, largest,
                recomputation, prediction, host, loading, predicted);
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

package io.yolofit.train.plan.search;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import java.util.HashMap;
import java.util.Map;

/// Memory and time of a run that saves all activations, from its largest training step, without packing: exact but for
/// what packing adds. All sizes are bytes.
///
/// @param shape      of the largest training batch
/// @param persistent buffers that persist from step to step
/// @param staging    of the next training batch
/// @param step       live at the peak of the step, in addition
/// @param kernels    of all programs, for the memory of their graphs
/// @param seconds    of a step
/// @param update     seconds of an update with accumulated gradients, for each step
record StepEstimate(InputShape shape, long persistent, long staging, long step, long kernels, double seconds,
        double update) {
    /// Packing above the lower bound, typically.
    private static final double PACKING = 1.003;
    private static final int PROGRAM_KINDS = 2;

    /// What the estimates for several devices with the same kernels have in common.
    ///
    /// @param estimate   for one of them
    /// @param apply      the update with accumulated gradients; null if the step includes it
    record Source(StepEstimate estimate, Graph step, BufferAssignment ofStep, Graph apply, BufferAssignment ofApply,
            int accumulate) {
        static Source of(RunSpec run, Target target, ModelGraphs graphs) {
            RunSpec spec = run.with(Recompute.Policy.OFF);
            InputShape shape = spec.batches().train().getFirst();
            Graph step = graphs.step(spec.compile(), shape, target.workspace());
            BufferAssignment assignment = BufferAssignment.of(step, target.workspace());
            Map<String, Long> persistent = new HashMap<>();
            addPersistent(step, persistent);
            long bound = assignment.lowerBound() - sum(persistent);
            Graph apply = null;
            if (spec.compile().accumulating()) {
                apply = graphs.update(spec.compile());
                addPersistent(apply, persistent);
            }
            long nodes = step.nodes().stream().filter(node -> !assignment.isFree(node)).count();
            long kernels = nodes * spec.batches().train().size() + nodes / PROGRAM_KINDS * spec.batches().val().size();
            var estimate = new StepEstimate(shape, sum(persistent), target.staging() ? staging(step) : 0, bound,
                    kernels, 0, 0);
            return new Source(estimate, step, assignment, apply, apply == null ? null
                    : BufferAssignment.of(apply, target.workspace()), spec.schedule().accumulate());
        }

        StepEstimate on(Target target) {
            double seconds = target.times().seconds(step, ofStep);
            double update = apply == null ? 0 : target.times().seconds(apply, ofApply) / accumulate;
            return new StepEstimate(estimate.shape, estimate.persistent, estimate.staging, estimate.step,
                    estimate.kernels, seconds, update);
        }
    }

    /// The estimate of a batch between two others, as memory and time are nearly linear in the images.
    static StepEstimate between(StepEstimate low, StepEstimate high, int images) {
        double part = (double) (images - low.shape.images()) / (high.shape.images() - low.shape.images());
        return new StepEstimate(new InputShape(images, low.shape.height(), low.shape.width()), low.persistent,
                Math.round(mix(low.staging, high.staging, part)), Math.round(mix(low.step, high.step, part)),
                Math.max(low.kernels, high.kernels), mix(low.seconds, high.seconds, part),
                mix(low.update, high.update, part));
    }

    /// A lower bound for a batch of a part of the pixels: as if nothing but the parameters and what has their size did
    /// not shrink.
    ///
    /// @param saved of this step's memory by recomputation
    /// @param fixed bytes of the rest that do not depend on the pixels
    ProcessMemory least(Target target, double part, double saved, double fixed) {
        double rest = Math.max(0, step - saved - fixed);
        return new StepEstimate(shape, persistent, Math.round(part * staging), Math.round(fixed + part * rest),
                kernels, seconds, update).memory(target, 0);
    }

    private static double mix(double low, double high, double part) {
        return low + part * (high - low);
    }

    private static void addPersistent(Graph graph, Map<String, Long> persistent) {
        graph.inputs().stream().filter(input -> input.role().persistent())
                .forEach(input -> persistent.put(input.name(), ArenaPacker.align(input.type().bytes())));
    }

    private static long sum(Map<String, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long staging(Graph graph) {
        return graph.inputs().stream().filter(input -> !input.role().persistent()).map(Value::type)
                .mapToLong(type -> ArenaPacker.align(type.bytes())).sum();
    }

    /// Pixels of a batch, to which activations are in proportion.
    double pixels() {
        return (double) shape.images() * shape.height() * shape.width();
    }

    /// Memory of the process on a device, if recomputation saves a part of the step's memory.
    ProcessMemory memory(Target target, double saved) {
        return new ProcessMemory(persistent + staging + Math.round((step - saved) * PACKING),
                target.memory().context(), target.memory().perKernel() * kernels, target.linkBytes());
    }
}

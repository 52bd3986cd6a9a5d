package io.yolofit.train.plan.search;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.MemoryPlan;
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

    static StepEstimate of(RunSpec run, Target target) {
        RunSpec spec = run.with(Recompute.Policy.OFF);
        ModelGraphs graphs = new ModelGraphs(spec.model(), spec.layout());
        InputShape shape = spec.batches().train().getFirst();
        Graph step = graphs.step(spec.compile(), shape, target.workspace());
        BufferAssignment assignment = BufferAssignment.of(step, target.workspace());
        Map<String, Long> persistent = new HashMap<>();
        addPersistent(step, persistent);
        long bound = MemoryPlan.lowerBound(step, target.workspace()) - sum(persistent);
        double update = 0;
        if (spec.compile().accumulating()) {
            Graph apply = graphs.update(spec.compile());
            addPersistent(apply, persistent);
            update = target.times().seconds(apply, BufferAssignment.of(apply, target.workspace()))
                    / spec.schedule().accumulate();
        }
        long nodes = step.nodes().stream().filter(node -> !assignment.isFree(node)).count();
        long kernels = nodes * spec.batches().train().size() + nodes / PROGRAM_KINDS * spec.batches().val().size();
        return new StepEstimate(shape, sum(persistent), target.staging() ? staging(step) : 0, bound, kernels,
                target.times().seconds(step, assignment), update);
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
                target.memory().context(), target.memory().perKernel() * kernels);
    }
}

package io.yolofit.train.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.recompute.RecomputeReport;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The plan of a run, known before it starts: every program with its memory plan, and the one arena that they share.
/// Programs run sequentially, so persistent buffers count once, and the program with the largest transient memory sets
/// the rest.
///
/// Built from graphs alone: needs no engine and no native library. An engine compiles exactly these programs, so
/// planned and used memory are equal. All sizes are bytes; each buffer is rounded up to the arena's alignment.
public final class RunPlan {
    private final PlanSpec spec;
    private final Target target;
    private final Packing packing;
    private final List<Part> parts;
    private final ArenaLayout arena;

    /// One program of the run.
    ///
    /// @param shape shape of its batches; null for the update
    public record Part(String name, ProgramSpec.Kind kind, InputShape shape, Program program) {
        /// Bytes that the program needs in addition to the persistent buffers.
        public long transientBytes() {
            return ArenaLayout.transientBytes(program);
        }

        private long transientBound() {
            return program.plan().lowerBound() - program.plan().persistentBytes();
        }
    }

    /// How its programs are packed.
    private enum Packing {
        /// As well as the search finds: what engines run.
        SEARCHED,
        /// In an arena that is never smaller than that.
        BOUND;

        Program program(Graph graph, WorkspaceModel workspace) {
            return switch (this) {
                case SEARCHED -> Program.of(graph, workspace);
                case BOUND -> Program.upperBound(graph, workspace);
            };
        }
    }

    private RunPlan(PlanSpec spec, Target target, Packing packing, List<Part> parts) {
        this.spec = spec;
        this.target = target;
        this.packing = packing;
        this.parts = List.copyOf(parts);
        arena = ArenaLayout.of(programs(), target.staging());
    }

    /// The plan of a run on a device. A pure function, and the only entry point of planning: the run itself, its
    /// report, the budget search and error messages use it. Programs are planned in parallel.
    public static RunPlan of(PlanSpec spec, Target target) {
        return of(spec, spec.programs(target), target, Packing.SEARCHED);
    }

    /// The same with graphs that several plans share.
    ///
    /// @param graphs of the run's model and layout
    public static RunPlan of(RunSpec spec, Target target, ModelGraphs graphs) {
        return of(spec, spec.programs(target, graphs), target, Packing.SEARCHED);
    }

    /// A plan that takes less time, for runs that are only suggested: its arena is at least as large as that of [#of].
    /// No engine may run its programs, whose schedules have less overlap.
    ///
    /// @param graphs of the run's model and layout
    public static RunPlan upperBound(RunSpec spec, Target target, ModelGraphs graphs) {
        return of(spec, spec.programs(target, graphs), target, Packing.BOUND);
    }

    private static RunPlan of(PlanSpec spec, List<ProgramSpec> programs, Target target, Packing packing) {
        return new RunPlan(spec, target, packing, programs.parallelStream()
                .map(program -> part(program, target, packing)).toList());
    }

    private static Part part(ProgramSpec program, Target target, Packing packing) {
        return new Part(program.name(), program.kind(), program.shape(), packing.program(program.graph().get(),
                target.workspace()));
    }

    /// The plan of a run that differs in its validation batches only; keeps the training programs of this one.
    public RunPlan withValidation(RunSpec other) {
        List<Part> changed = new ArrayList<>(parts.stream()
                .filter(part -> part.kind != ProgramSpec.Kind.VALIDATION).toList());
        other.programs(target).stream().filter(program -> program.kind() == ProgramSpec.Kind.VALIDATION)
                .forEach(program -> changed.add(part(program, target, packing)));
        return new RunPlan(other, target, packing, changed);
    }

    /// The plan of a run that differs in its recomputation only; keeps the other programs of this one.
    ///
    /// @param graphs of the run's model and layout, which plans may share
    public RunPlan withSteps(RunSpec other, ModelGraphs graphs) {
        List<Part> changed = new ArrayList<>(other.programs(target, graphs).parallelStream()
                .filter(program -> program.kind() == ProgramSpec.Kind.STEP)
                .map(program -> part(program, target, packing)).toList());
        parts.stream().filter(part -> part.kind != ProgramSpec.Kind.STEP).forEach(changed::add);
        return new RunPlan(other, target, packing, changed);
    }

    /// The same programs on another device, which has the same kernels but other memory and rates.
    ///
    /// @throws IllegalArgumentException if its programs would differ
    public RunPlan on(Target other) {
        if (other.staging() != target.staging() || other.half() != target.half()
                || other.recompute() != target.recompute()) {
            throw new IllegalArgumentException("the programs of " + other.name() + " differ from those of "
                    + target.name());
        }
        return new RunPlan(spec, other, packing, parts);
    }

    public PlanSpec spec() {
        return spec;
    }

    public Target target() {
        return target;
    }

    /// The programs in the order of their first use.
    public List<Part> parts() {
        return parts;
    }

    /// All programs, as an engine reserves memory for them.
    public List<Program> programs() {
        return parts.stream().map(Part::program).toList();
    }

    /// The training steps by batch shape, the largest first.
    public Map<InputShape, Program> steps() {
        return programs(ProgramSpec.Kind.STEP);
    }

    /// The update with accumulated gradients; empty if steps include it.
    public Optional<Program> update() {
        return parts.stream().filter(part -> part.kind == ProgramSpec.Kind.UPDATE).map(Part::program).findFirst();
    }

    /// The inference programs by batch shape, the largest first.
    public Map<InputShape, Program> validation() {
        return programs(ProgramSpec.Kind.VALIDATION);
    }

    private Map<InputShape, Program> programs(ProgramSpec.Kind kind) {
        Map<InputShape, Program> programs = new LinkedHashMap<>();
        parts.stream().filter(part -> part.kind == kind).forEach(part -> programs.put(part.shape, part.program));
        return programs;
    }

    /// Bytes of buffers that persist from step to step.
    public long persistentBytes() {
        return arena.persistentBytes();
    }

    /// Bytes of the staging buffer for the next batch; 0 on a device without staging.
    public long stagingBytes() {
        return arena.stagingBytes();
    }

    /// Bytes of the arena that all programs share.
    public long arenaBytes() {
        return arena.bytes();
    }

    /// Lower bound of the arena for any assignment of offsets.
    public long lowerBound() {
        return persistentBytes() + stagingBytes() + peak().transientBound();
    }

    /// Whether the arena may be larger than that of an exact plan; see [#upperBound].
    public boolean isUpperBound() {
        return packing == Packing.BOUND;
    }

    /// The program with the largest number of live bytes at one time.
    public Part peak() {
        return parts.stream().max(Comparator.comparingLong(Part::transientBound)).orElseThrow();
    }

    /// Whether smaller validation batches would need less memory.
    public boolean isLimitedByValidation() {
        long steps = steps().values().stream().mapToLong(ArenaLayout::transientBytes).max().orElse(0);
        long staged = steps().values().stream().mapToLong(ArenaLayout::stagingBytes).max().orElse(0);
        return validation().values().stream().anyMatch(program -> ArenaLayout.transientBytes(program) > steps
                || target.staging() && ArenaLayout.stagingBytes(program) > staged);
    }

    /// Memory of the process on the device.
    public ProcessMemory memory() {
        DeviceMemory device = target.memory();
        return new ProcessMemory(arenaBytes(), device.context(), device.perKernel() * kernels(), target.linkBytes());
    }

    /// Lower bound of the process's memory for any assignment of offsets and any validation batch.
    public ProcessMemory leastMemory() {
        long least = parts.stream().filter(part -> part.kind != ProgramSpec.Kind.VALIDATION)
                .mapToLong(Part::transientBound).max().orElse(0);
        ProcessMemory memory = memory();
        return new ProcessMemory(persistentBytes() + stagingBytes() + least, memory.context(), 0, memory.links());
    }

    /// Number of kernels of all programs.
    public long kernels() {
        return parts.stream().map(Part::program).mapToLong(program -> program.graph().nodes().stream()
                .filter(node -> !program.assignment().isFree(node)).count()).sum();
    }

    /// Predicted times of a training run; empty for inference alone.
    public Optional<RunTimes> times() {
        return spec instanceof RunSpec run ? Optional.of(RunTimes.of(run, this)) : Optional.empty();
    }

    /// Live bytes of the program with the peak during each of its nodes.
    public long[] timeline() {
        return peak().program.plan().timeline();
    }

    /// Rematerialization in the largest training step: recomputed values, saved bytes and added cost. Plans that step
    /// once more without rematerialization, for comparison.
    public Optional<RecomputeReport> recomputed() {
        if (!(spec instanceof RunSpec run) || run.compile().recompute() == Recompute.Policy.OFF) {
            return Optional.empty();
        }
        Program saved = Program.of(run.with(Recompute.Policy.OFF).programs(target).getFirst().graph().get(),
                target.workspace());
        return Optional.of(RecomputeReport.of(saved, parts.getFirst().program))
                .filter(report -> !report.recomputed().isEmpty());
    }

    MemoryPlan peakPlan() {
        return peak().program.plan();
    }
}

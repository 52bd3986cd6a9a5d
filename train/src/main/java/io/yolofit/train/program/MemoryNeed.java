package io.yolofit.train.program;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.BufferUse;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.recompute.RecomputeReport;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The memory of a training run, known before it starts: all its programs in one arena. They run one after the other,
/// so the persistent buffers count once, and of everything else the program that needs most decides.
///
/// Built from graphs alone, so that no engine and no native library is needed. All sizes are bytes, each buffer's
/// rounded up to its alignment in the arena. The programs are those that run: a shape is planned once.
public final class MemoryNeed {
    private final List<Part> parts;
    private final ArenaLayout arena;
    private final Supplier<Program> keepingAll;
    private final Map<String, Buffer> persistent = new LinkedHashMap<>();

    /// What a program is for.
    public enum Kind {
        STEP("training step"),
        UPDATE("update"),
        VALIDATION("validation");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    /// One program of the run.
    ///
    /// @param name  "training step", "update", "validation", and for further shapes what differs: "training step, 3
    ///              images"
    /// @param shape of its batches; null of the update
    public record Part(String name, Kind kind, InputShape shape, Program program) {
        MemoryPlan plan() {
            return program.plan();
        }

        /// What it needs beside the persistent buffers.
        public long transientBytes() {
            return ArenaLayout.transientBytes(program);
        }

        private long transientBound() {
            return plan().lowerBound() - plan().persistentBytes();
        }
    }

    /// All shapes that the batches of a run have, the largest first.
    ///
    /// @param train       of training batches
    /// @param val         of validation batches
    /// @param valCapacity most objects in a validation batch
    public record Batches(List<InputShape> train, List<InputShape> val, long valCapacity) {
        public Batches {
            train = List.copyOf(train);
            val = List.copyOf(val);
            if (train.isEmpty() || val.isEmpty()) {
                throw new IllegalArgumentException("a run without batches: " + train + ", " + val);
            }
        }
    }

    /// The memory of a role.
    ///
    /// @param buffers how many there are
    /// @param bytes   of all of them, as if none shared its place
    /// @param atPeak  of those that live at the peak
    public record RoleShare(Role role, int buffers, long bytes, long atPeak) {
    }

    /// A tensor that lives at the peak.
    ///
    /// @param type element type and shape; of scratch memory, its bytes
    public record Tensor(String name, String type, Role role, long bytes) {
    }

    /// @param keepingAll the largest training step, were nothing recomputed; null if nothing is
    private MemoryNeed(List<Part> parts, boolean staging, Supplier<Program> keepingAll) {
        this.keepingAll = keepingAll;
        this.parts = List.copyOf(parts);
        arena = ArenaLayout.of(programs(), staging);
        for (Part part : parts) {
            part.plan().buffers().stream().filter(MemoryNeed::isPersistent)
                    .forEach(buffer -> persistent.putIfAbsent(buffer.name(), buffer));
        }
    }

    /// The need of a run whose batches are of these shapes.
    public static MemoryNeed of(Model model, StateLayout layout, CompileOptions plan, Batches batches,
            MemoryTarget target) {
        List<Part> parts = new ArrayList<>(parts(Kind.STEP, batches.train, target, shape ->
                TrainingSession.stepGraph(model, layout, plan, shape.images(), shape.height(), shape.width())));
        if (plan.accumulating()) {
            parts.add(new Part(Kind.UPDATE.title, Kind.UPDATE, null, Program.of(TrainingSession.updateGraph(layout,
                    plan), target.workspace())));
        }
        parts.addAll(parts(Kind.VALIDATION, batches.val, target, shape -> InferenceSession.graph(model, layout,
                plan.precision(), plan.gains(), batches.valCapacity, shape.images(), shape.height(), shape.width())));
        InputShape largest = batches.train.getFirst();
        return new MemoryNeed(parts, target.staging(), plan.recompute() == Recompute.Policy.OFF ? null
                : () -> Program.of(TrainingSession.stepGraph(model, layout, plan.keepingAll(), largest.images(),
                        largest.height(), largest.width()), target.workspace()));
    }

    /// Plans are pure functions, so that all processors may make them.
    private static List<Part> parts(Kind kind, List<InputShape> shapes, MemoryTarget target,
            Function<InputShape, Graph> graph) {
        return shapes.parallelStream().map(shape -> new Part(name(kind, shape, shapes.getFirst()), kind, shape,
                Program.of(graph.apply(shape), target.workspace()))).toList();
    }

    private static String name(Kind kind, InputShape shape, InputShape largest) {
        if (shape.equals(largest)) {
            return kind.title;
        }
        String images = shape.images() + (shape.images() == 1 ? " image" : " images");
        boolean sameSize = shape.height() == largest.height() && shape.width() == largest.width();
        return kind.title + ", " + images + (sameSize ? "" : " of " + shape.height() + "x" + shape.width());
    }

    /// What the largest training step recomputes in its backward pass, and what that saves and costs. Plans that step
    /// once more, with everything kept.
    public Optional<RecomputeReport> recomputed() {
        return Optional.ofNullable(keepingAll)
                .map(kept -> RecomputeReport.of(kept.get(), parts.getFirst().program))
                .filter(report -> !report.recomputed().isEmpty());
    }

    /// The programs, for an engine to reserve memory for.
    public List<Program> programs() {
        return parts.stream().map(Part::program).toList();
    }

    /// The programs of one kind, by the shape of their batches.
    Map<InputShape, Program> programs(Kind kind) {
        Map<InputShape, Program> programs = new LinkedHashMap<>();
        parts.stream().filter(part -> part.kind == kind).forEach(part -> programs.put(part.shape, part.program));
        return programs;
    }

    private static boolean isPersistent(Buffer buffer) {
        return buffer.root() != null && buffer.root().isInput() && buffer.root().role().persistent();
    }

    /// The programs, in the order in which a run first needs them.
    public List<Part> parts() {
        return parts;
    }

    /// Bytes that keep their contents from step to step.
    public long persistentBytes() {
        return arena.persistentBytes();
    }

    /// Bytes in which the next batch waits while the present one is computed; 0 where it is not copied ahead.
    public long stagingBytes() {
        return arena.stagingBytes();
    }

    /// Bytes of the one arena that all programs share.
    public long arenaBytes() {
        return arena.bytes();
    }

    /// The least that any placement of these buffers needs.
    public long lowerBound() {
        return persistentBytes() + stagingBytes() + peak().transientBound();
    }

    /// The program in which the most bytes live at one moment.
    public Part peak() {
        return parts.stream().max(Comparator.comparingLong(Part::transientBound)).orElseThrow();
    }

    /// Memory by role: persistent buffers of the whole run, everything else of the program with the peak.
    public List<RoleShare> roles() {
        Map<Role, RoleShare> roles = new EnumMap<>(Role.class);
        MemoryPlan plan = peak().plan();
        persistent.values().forEach(buffer -> add(roles, buffer.root().role(), aligned(buffer), true));
        staged().forEach(input -> add(roles, input.role(), ArenaPacker.align(input.type().bytes()), true));
        for (Buffer buffer : transients(plan)) {
            boolean live = buffer.liveAt(plan.peakTime());
            int time = live ? plan.peakTime() : buffer.first();
            add(roles, buffer.roleAt(time), aligned(buffer), live);
        }
        return List.copyOf(roles.values());
    }

    private static void add(Map<Role, RoleShare> roles, Role role, long bytes, boolean live) {
        roles.merge(role, new RoleShare(role, 1, bytes, live ? bytes : 0), (a, b) -> new RoleShare(role,
                a.buffers + b.buffers, a.bytes + b.bytes, a.atPeak + b.atPeak));
    }

    /// The inputs that wait, of the program that has most of them.
    private List<Value> staged() {
        return stagingBytes() == 0 ? List.of() : parts.stream().map(Part::program)
                .max(Comparator.comparingLong(ArenaLayout::stagingBytes)).map(ArenaLayout::staged).orElseThrow();
    }

    /// What lives at the peak, largest first.
    public List<Tensor> largest(int count) {
        MemoryPlan plan = peak().plan();
        List<Tensor> tensors = new ArrayList<>();
        persistent.values().forEach(buffer -> tensors.add(new Tensor(buffer.name(), buffer.root().type().toString(),
                buffer.root().role(), aligned(buffer))));
        staged().forEach(input -> tensors.add(new Tensor(input.name() + " (next batch)", input.type().toString(),
                input.role(), ArenaPacker.align(input.type().bytes()))));
        for (Buffer buffer : transients(plan)) {
            if (buffer.liveAt(plan.peakTime())) {
                BufferUse use = buffer.useAt(plan.peakTime());
                tensors.add(new Tensor(use.name(), type(buffer, use), use.role(), aligned(buffer)));
            }
        }
        tensors.sort(Comparator.comparingLong(Tensor::bytes).reversed());
        return List.copyOf(tensors.subList(0, Math.min(count, tensors.size())));
    }

    /// The resident's own type: of all values in a buffer, those of the resident's name.
    private String type(Buffer buffer, BufferUse use) {
        if (buffer.root() == null) {
            return "u8[" + buffer.bytes() + "]";
        }
        Graph graph = peak().program().graph();
        Value value = graph.values().stream()
                .filter(one -> one.name().equals(use.name()) && one.type().bytes() == buffer.bytes())
                .findFirst().orElse(buffer.root());
        return value.type().toString();
    }

    private static List<Buffer> transients(MemoryPlan plan) {
        return plan.buffers().stream().filter(buffer -> !isPersistent(buffer)).toList();
    }

    private static long aligned(Buffer buffer) {
        return ArenaPacker.align(buffer.bytes());
    }
}

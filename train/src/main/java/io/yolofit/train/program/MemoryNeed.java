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

/// The memory of a training run, known before it starts: all its programs share one arena. Programs run sequentially,
/// so persistent buffers count once, and the program with the largest transient memory sets the rest.
///
/// Built from graphs alone: needs no engine and no native library. All sizes are bytes; each buffer is rounded up to
/// the arena's alignment. The engine compiles exactly these programs, so planned and used memory are equal.
public final class MemoryNeed {
    private final List<Part> parts;
    private final ArenaLayout arena;
    private final Supplier<Program> withoutRecompute;
    private final Map<String, Buffer> persistent = new LinkedHashMap<>();

    /// The purpose of a program.
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
    /// @param name  "training step", "update" or "validation"; further shapes add what differs: "training step, 3
    ///              images"
    /// @param shape shape of its batches; null for the update
    public record Part(String name, Kind kind, InputShape shape, Program program) {
        MemoryPlan plan() {
            return program.plan();
        }

        /// Bytes that the program needs in addition to the persistent buffers.
        public long transientBytes() {
            return ArenaLayout.transientBytes(program);
        }

        private long transientBound() {
            return plan().lowerBound() - plan().persistentBytes();
        }
    }

    /// All batch shapes of a run, the largest first.
    ///
    /// @param train       shapes of training batches
    /// @param val         shapes of validation batches
    /// @param valCapacity maximum number of objects in a validation batch
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
    /// @param buffers number of buffers
    /// @param bytes   sum of their sizes, without sharing
    /// @param atPeak  bytes of those that are live at the peak
    public record RoleShare(Role role, int buffers, long bytes, long atPeak) {
    }

    /// A tensor that is live at the peak.
    ///
    /// @param type element type and shape; for workspaces, the number of bytes
    public record Tensor(String name, String type, Role role, long bytes) {
    }

    /// @param withoutRecompute builds the largest training step without rematerialization; null if the run uses none
    private MemoryNeed(List<Part> parts, boolean staging, Supplier<Program> withoutRecompute) {
        this.withoutRecompute = withoutRecompute;
        this.parts = List.copyOf(parts);
        arena = ArenaLayout.of(programs(), staging);
        for (Part part : parts) {
            part.plan().buffers().stream().filter(MemoryNeed::isPersistent)
                    .forEach(buffer -> persistent.putIfAbsent(buffer.name(), buffer));
        }
    }

    /// The memory of a run with these batch shapes.
    public static MemoryNeed of(Model model, StateLayout layout, CompileOptions options, Batches batches,
            MemoryTarget target) {
        List<Part> parts = new ArrayList<>(parts(Kind.STEP, batches.train, target, shape ->
                TrainingSession.stepGraph(model, layout, options, shape.images(), shape.height(), shape.width())));
        if (options.accumulating()) {
            parts.add(new Part(Kind.UPDATE.title, Kind.UPDATE, null, Program.of(TrainingSession.updateGraph(layout,
                    options), target.workspace())));
        }
        parts.addAll(parts(Kind.VALIDATION, batches.val, target, shape -> InferenceSession.graph(model, layout,
                options.precision(), options.gains(), batches.valCapacity, shape.images(), shape.height(),
                shape.width())));
        InputShape largest = batches.train.getFirst();
        return new MemoryNeed(parts, target.staging(), options.recompute() == Recompute.Policy.OFF ? null
                : () -> Program.of(TrainingSession.stepGraph(model, layout, options.withoutRecompute(),
                        largest.images(), largest.height(), largest.width()), target.workspace()));
    }

    /// Builds programs in parallel; planning is a pure function.
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

    /// Rematerialization in the largest training step: recomputed values, saved bytes and added cost. Plans that step
    /// once more without rematerialization, for comparison.
    public Optional<RecomputeReport> recomputed() {
        return Optional.ofNullable(withoutRecompute)
                .map(saved -> RecomputeReport.of(saved.get(), parts.getFirst().program))
                .filter(report -> !report.recomputed().isEmpty());
    }

    /// All programs, as an engine reserves memory for them.
    public List<Program> programs() {
        return parts.stream().map(Part::program).toList();
    }

    /// The programs of one kind, by batch shape.
    Map<InputShape, Program> programs(Kind kind) {
        Map<InputShape, Program> programs = new LinkedHashMap<>();
        parts.stream().filter(part -> part.kind == kind).forEach(part -> programs.put(part.shape, part.program));
        return programs;
    }

    private static boolean isPersistent(Buffer buffer) {
        return buffer.root() != null && buffer.root().isInput() && buffer.root().role().persistent();
    }

    /// The programs in the order of their first use.
    public List<Part> parts() {
        return parts;
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

    /// The program with the largest number of live bytes at one time.
    public Part peak() {
        return parts.stream().max(Comparator.comparingLong(Part::transientBound)).orElseThrow();
    }

    /// Memory by role: persistent buffers of the run, and transient buffers of the program with the peak.
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

    /// The staged inputs of the program with the largest ones.
    private List<Value> staged() {
        return stagingBytes() == 0 ? List.of() : parts.stream().map(Part::program)
                .max(Comparator.comparingLong(ArenaLayout::stagingBytes)).map(ArenaLayout::staged).orElseThrow();
    }

    /// The tensors that are live at the peak, largest first.
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

    /// The type of the value that occupies the buffer at the peak, found by its name.
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

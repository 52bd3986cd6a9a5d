package io.yolofit.train.program;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The memory of a training run, known before it starts: all its programs in one arena. They run one after the other,
/// so the persistent buffers count once, and of everything else the program that needs most decides.
///
/// Built from graphs alone, so that no engine and no native library is needed. All sizes are bytes, each buffer's
/// rounded up to its alignment in the arena.
public final class MemoryNeed {
    private final List<Part> parts;
    private final Map<String, Buffer> persistent = new LinkedHashMap<>();

    /// One program of the run.
    ///
    /// @param name "training step", "update" or "validation"
    public record Part(String name, Program program) {
        MemoryPlan plan() {
            return program.plan();
        }

        /// What it needs beside the persistent buffers.
        public long transientBytes() {
            return plan().arenaBytes() - plan().persistentBytes();
        }

        private long transientBound() {
            return plan().lowerBound() - plan().persistentBytes();
        }
    }

    /// The largest batches of a run.
    ///
    /// @param trainImages in a training batch
    /// @param trainSize   side of its square images, pixels
    /// @param valImages   in a validation batch
    /// @param valSize     side of its square images, pixels
    /// @param valCapacity most objects in a validation batch
    public record Batches(int trainImages, int trainSize, int valImages, int valSize, long valCapacity) {
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

    private MemoryNeed(List<Part> parts) {
        this.parts = List.copyOf(parts);
        for (Part part : parts) {
            part.plan().buffers().stream().filter(MemoryNeed::isPersistent)
                    .forEach(buffer -> persistent.putIfAbsent(buffer.name(), buffer));
        }
    }

    /// The need of a run whose batches are of these sizes.
    public static MemoryNeed of(Model model, StateLayout layout, TrainingPlan plan, Batches batches,
            WorkspaceModel workspace) {
        List<Part> parts = new ArrayList<>();
        parts.add(part("training step", TrainingPrograms.stepGraph(model, layout, plan, batches.trainImages,
                batches.trainSize, batches.trainSize), workspace));
        if (plan.accumulating()) {
            parts.add(part("update", Pipeline.update(layout, plan.rule(), plan.precision()), workspace));
        }
        parts.add(part("validation", Detector.graph(model, layout, plan.precision(), plan.gains(), batches.valCapacity,
                batches.valImages, batches.valSize, batches.valSize), workspace));
        return new MemoryNeed(parts);
    }

    private static Part part(String name, Graph graph, WorkspaceModel workspace) {
        return new Part(name, Program.of(graph, workspace));
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
        return persistent.values().stream().mapToLong(MemoryNeed::aligned).sum();
    }

    /// Bytes of the one arena that all programs share.
    public long arenaBytes() {
        return persistentBytes() + parts.stream().mapToLong(Part::transientBytes).max().orElse(0);
    }

    /// The least that any placement of these buffers needs.
    public long lowerBound() {
        return persistentBytes() + peak().transientBound();
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

    /// What lives at the peak, largest first.
    public List<Tensor> largest(int count) {
        MemoryPlan plan = peak().plan();
        List<Tensor> tensors = new ArrayList<>();
        persistent.values().forEach(buffer -> tensors.add(new Tensor(buffer.name(), buffer.root().type().toString(),
                buffer.root().role(), aligned(buffer))));
        for (Buffer buffer : transients(plan)) {
            if (buffer.liveAt(plan.peakTime())) {
                Buffer.Resident resident = buffer.residentAt(plan.peakTime());
                tensors.add(new Tensor(resident.name(), type(buffer, resident), resident.role(), aligned(buffer)));
            }
        }
        tensors.sort(Comparator.comparingLong(Tensor::bytes).reversed());
        return List.copyOf(tensors.subList(0, Math.min(count, tensors.size())));
    }

    /// The resident's own type: of all values in a buffer, those of the resident's name.
    private String type(Buffer buffer, Buffer.Resident resident) {
        if (buffer.root() == null) {
            return "u8[" + buffer.bytes() + "]";
        }
        Graph graph = peak().program().graph();
        Value value = graph.values().stream()
                .filter(one -> one.name().equals(resident.name()) && one.type().bytes() == buffer.bytes())
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

package io.yolofit.train.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.BufferUse;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the arena of a plan contains at its peak, by role and by tensor. All sizes are aligned bytes.
public final class PeakMemory {
    private final RunPlan plan;
    private final Map<String, Buffer> persistent = new LinkedHashMap<>();

    private PeakMemory(RunPlan plan) {
        this.plan = plan;
        for (Program program : plan.programs()) {
            program.plan().buffers().stream().filter(PeakMemory::isPersistent)
                    .forEach(buffer -> persistent.putIfAbsent(buffer.name(), buffer));
        }
    }

    public static PeakMemory of(RunPlan plan) {
        return new PeakMemory(plan);
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

    private static boolean isPersistent(Buffer buffer) {
        return buffer.root() != null && buffer.root().isInput() && buffer.root().role().persistent();
    }

    /// Memory by role: persistent buffers of the run, and transient buffers of the program with the peak.
    public List<RoleShare> roles() {
        Map<Role, RoleShare> roles = new EnumMap<>(Role.class);
        MemoryPlan peak = plan.peakPlan();
        persistent.values().forEach(buffer -> add(roles, buffer.root().role(), aligned(buffer), true));
        staged().forEach(input -> add(roles, input.role(), ArenaPacker.align(input.type().bytes()), true));
        for (Buffer buffer : transients(peak)) {
            boolean live = buffer.liveAt(peak.peakTime());
            int time = live ? peak.peakTime() : buffer.first();
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
        return plan.stagingBytes() == 0 ? List.of() : plan.programs().stream()
                .max(Comparator.comparingLong(ArenaLayout::stagingBytes)).map(ArenaLayout::staged).orElseThrow();
    }

    /// The tensors that are live at the peak, largest first.
    public List<Tensor> largest(int count) {
        MemoryPlan peak = plan.peakPlan();
        List<Tensor> tensors = new ArrayList<>();
        persistent.values().forEach(buffer -> tensors.add(new Tensor(buffer.name(), buffer.root().type().toString(),
                buffer.root().role(), aligned(buffer))));
        staged().forEach(input -> tensors.add(new Tensor(input.name() + " (next batch)", input.type().toString(),
                input.role(), ArenaPacker.align(input.type().bytes()))));
        for (Buffer buffer : transients(peak)) {
            if (buffer.liveAt(peak.peakTime())) {
                BufferUse use = buffer.useAt(peak.peakTime());
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
        Graph graph = plan.peak().program().graph();
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

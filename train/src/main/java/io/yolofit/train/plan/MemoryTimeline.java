package io.yolofit.train.plan;

import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.BufferUse;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Live memory of the arena during the largest training step, kernel by kernel, and after it during the update with
/// accumulated gradients, if there is one. All sizes are aligned bytes.
///
/// @param persistent by role: buffers that keep their contents from step to step
/// @param staging    of the next batch
/// @param moments    in the order of execution
/// @param blocks     the other buffers with their offsets in the arena
/// @param arena      bytes
public record MemoryTimeline(Map<Role, Long> persistent, long staging, List<Moment> moments, List<Block> blocks,
        long arena) {
    /// One kernel.
    ///
    /// @param phase   `forward`, `loss`, `backward` or `update`
    /// @param seconds predicted
    /// @param live    bytes in addition to the persistent and staged ones, by role
    public record Moment(String kernel, String phase, double seconds, Map<Role, Long> live) {
        private long bytes() {
            return live.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// A buffer.
    ///
    /// @param name   of the tensor in it, at the peak if it is live then
    /// @param offset in the arena
    /// @param first  index of the moment that writes it first
    /// @param last   index of the last moment that needs it
    public record Block(String name, String type, Role role, long offset, long bytes, int first, int last) {
        /// Whether the buffer is needed at a moment.
        public boolean liveAt(int moment) {
            return first <= moment && moment <= last;
        }
    }

    public MemoryTimeline {
        moments = List.copyOf(moments);
        blocks = List.copyOf(blocks);
    }

    /// The timeline of a training run.
    public static MemoryTimeline of(RunPlan plan) {
        Map<Role, Long> persistent = new EnumMap<>(Role.class);
        Set<String> known = new LinkedHashSet<>();
        for (Program program : plan.programs()) {
            for (Value input : program.graph().inputs()) {
                if (input.role().persistent() && known.add(input.name())) {
                    persistent.merge(input.role(), ArenaPacker.align(input.type().bytes()), Long::sum);
                }
            }
        }
        List<Moment> moments = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        add(plan, plan.steps().values().iterator().next(), "", moments, blocks);
        plan.update().ifPresent(update -> add(plan, update, "update", moments, blocks));
        return new MemoryTimeline(persistent, plan.stagingBytes(), moments, blocks, plan.arenaBytes());
    }

    private static void add(RunPlan plan, Program program, String phase, List<Moment> moments, List<Block> blocks) {
        int start = moments.size();
        MemoryPlan memory = program.plan();
        List<Node> nodes = program.graph().nodes();
        List<Map<Role, Long>> live = new ArrayList<>();
        nodes.forEach(_ -> live.add(new EnumMap<>(Role.class)));
        long shift = plan.persistentBytes() + plan.stagingBytes() - memory.persistentBytes();
        for (int i = 0; i < memory.buffers().size(); i++) {
            Buffer buffer = memory.buffers().get(i);
            if (buffer.root() != null && buffer.root().isInput() && buffer.root().role().persistent()) {
                continue;
            }
            long bytes = ArenaPacker.align(buffer.bytes());
            for (int time = buffer.first(); time <= Math.min(buffer.last(), nodes.size() - 1); time++) {
                live.get(time).merge(buffer.roleAt(time), bytes, Long::sum);
            }
            BufferUse use = buffer.useAt(buffer.liveAt(memory.peakTime()) ? memory.peakTime() : buffer.first());
            blocks.add(new Block(use.name(), buffer.root() == null ? "u8[" + buffer.bytes() + "]"
                    : buffer.root().type().toString(), use.role(), memory.offset(i) + shift, bytes,
                    start + buffer.first(), start + Math.min(buffer.last(), nodes.size() - 1)));
        }
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            moments.add(new Moment(node.op().name() + " of " + node.name(), phase.isEmpty()
                    ? node.phase().name().toLowerCase(Locale.ROOT) : phase,
                    plan.target().times().seconds(node, program.assignment()), live.get(i)));
        }
    }

    /// Persistent and staged bytes.
    public long constant() {
        return staging + persistent.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Bytes in use at a moment.
    public long bytes(int moment) {
        return constant() + moments.get(moment).bytes();
    }

    /// Index of the first moment with the most bytes.
    public int peak() {
        int peak = 0;
        for (int i = 1; i < moments.size(); i++) {
            peak = moments.get(i).bytes() > moments.get(peak).bytes() ? i : peak;
        }
        return peak;
    }

    /// Buffers that are live at the peak, the largest first.
    public List<Block> atPeak() {
        int peak = peak();
        return blocks.stream().filter(block -> block.liveAt(peak))
                .sorted(Comparator.comparingLong(Block::bytes).reversed()).toList();
    }
}

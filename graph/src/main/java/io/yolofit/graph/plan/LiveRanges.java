package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Buffers of a graph with their live ranges, named for reports: see [SketchRanges].
///
/// @param persistent buffers of persistent inputs, in the order of the inputs
/// @param transients all other buffers, including workspaces
record LiveRanges(List<Buffer> persistent, List<Buffer> transients) {
    static LiveRanges of(Graph graph, BufferAssignment assignment, LaneAssignment lanes) {
        int[] written = new int[MemorySketch.valueCount(graph)];
        for (int time = 0; time < graph.nodes().size(); time++) {
            for (Value output : graph.nodes().get(time).outputs()) {
                written[output.id()] = time;
            }
        }
        List<Buffer> persistent = new ArrayList<>();
        List<Buffer> transients = new ArrayList<>();
        for (Value value : graph.values()) {
            if (assignment.of(value).root() == value) {
                boolean persists = value.isInput() && value.role().persistent();
                List<BufferUse> uses = persists ? List.of(new BufferUse(value.name(), value.role(), 0))
                        : uses(value, assignment, written);
                (persists ? persistent : transients).add(new Buffer(value, value.name(), value.type().bytes(),
                        assignment.ranges().first(value.id()), lanes.last(value.id()), uses));
            }
        }
        for (List<Integer> group : lanes.workspaces()) {
            List<BufferUse> uses = group.stream().map(node -> new BufferUse("workspace of "
                    + graph.nodes().get(node), Role.WORKSPACE, node)).toList();
            transients.add(new Buffer(null, graph.nodes().get(group.getFirst()).name(),
                    group.stream().mapToLong(lanes::workspace).max().orElseThrow(), group.getFirst(),
                    lanes.end(group.getLast()), uses));
        }
        return new LiveRanges(persistent, transients);
    }

    /// Live bytes during the execution of each node.
    long[] liveBytes(int nodes) {
        long[] live = new long[Math.max(1, nodes) + 1];
        for (List<Buffer> buffers : List.of(persistent, transients)) {
            for (Buffer buffer : buffers) {
                live[buffer.first()] += ArenaPacker.align(buffer.bytes());
                live[buffer.last() + 1] -= ArenaPacker.align(buffer.bytes());
            }
        }
        for (int time = 1; time < live.length; time++) {
            live[time] += live[time - 1];
        }
        return Arrays.copyOf(live, live.length - 1);
    }

    /// Tensors that occupy a buffer; parts of a concat are reported as the concat.
    private static List<BufferUse> uses(Value root, BufferAssignment assignment, int[] written) {
        List<BufferUse> uses = new ArrayList<>();
        for (Value held : assignment.values(root)) {
            if (held.type().bytes() == root.type().bytes()) {
                uses.add(new BufferUse(held.name(), held.role(), written[held.id()]));
            }
        }
        return uses;
    }
}

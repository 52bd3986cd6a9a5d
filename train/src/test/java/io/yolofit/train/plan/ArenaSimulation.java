package io.yolofit.train.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// An independent computation of the memory of a run: live ranges and sums from the graphs alone. Of the code under
/// test it uses only which values share a buffer ([BufferAssignment]) and the addresses that the engines use
/// ([ArenaLayout]), no `MemoryPlan`, buffer or timeline.
final class ArenaSimulation {
    private static final long ALIGNMENT = 256;

    private final List<Extent> extents = new ArrayList<>();
    private final int nodes;

    /// Bytes at an address that are needed from one node to another.
    ///
    /// @param transientBytes bytes that the run's programs share with each other, aligned; 0 of persistent buffers
    private record Extent(String name, long offset, long bytes, int first, int last, long transientBytes) {
        private boolean meets(Extent other) {
            return first <= other.last && other.first <= last && offset < other.offset + other.bytes
                    && other.offset < offset + bytes;
        }
    }

    private ArenaSimulation(Program program, ArenaLayout layout, WorkspaceModel workspace) {
        Graph graph = program.graph();
        nodes = graph.nodes().size();
        addValues(program, layout);
        for (int node = 0; node < nodes; node++) {
            long bytes = workspace.bytes(graph.nodes().get(node));
            if (bytes > 0) {
                extents.add(new Extent("workspace of " + graph.nodes().get(node),
                        layout.workspaceOffset(program, node), bytes, node, node, align(bytes)));
            }
        }
        if (layout.stagingBytes() > 0) {
            extents.add(new Extent("the next batch", layout.stagingOffset(), layout.stagingBytes(), 0, nodes, 0));
        }
    }

    /// One program of a run in the run's arena.
    static ArenaSimulation of(Program program, ArenaLayout layout, WorkspaceModel workspace) {
        return new ArenaSimulation(program, layout, workspace);
    }

    static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private void addValues(Program program, ArenaLayout layout) {
        Map<Value, int[]> ranges = new IdentityHashMap<>(); // of each buffer's root: first and last node
        Graph graph = program.graph();
        for (Value input : graph.inputs()) {
            extend(ranges, program, input, 0);
        }
        for (int time = 0; time < nodes; time++) {
            Node node = graph.nodes().get(time);
            for (Value input : node.inputs()) {
                extend(ranges, program, input, time);
            }
            for (Value output : node.outputs()) {
                extend(ranges, program, output, time);
            }
        }
        graph.outputs().values().forEach(output -> extend(ranges, program, output, nodes - 1));
        ranges.forEach((root, range) -> {
            boolean persistent = root.isInput() && root.role().persistent();
            long bytes = root.type().bytes();
            extents.add(new Extent(root.name(), layout.offset(program, root), bytes, persistent ? 0 : range[0],
                    persistent ? nodes : range[1], persistent ? 0 : align(bytes)));
        });
    }

    private static void extend(Map<Value, int[]> ranges, Program program, Value value, int time) {
        int[] range = ranges.computeIfAbsent(program.assignment().of(value).root(), root -> new int[] {time, time});
        range[0] = Math.min(range[0], time);
        range[1] = Math.max(range[1], time);
    }

    /// The first byte above everything that the program touches, rounded up to the arena's alignment.
    long end() {
        return extents.stream().mapToLong(extent -> extent.offset + align(extent.bytes)).max().orElseThrow();
    }

    /// The largest sum of bytes, persistent buffers and the next batch left out, that are needed at one node.
    long largestTransientSum() {
        long largest = 0;
        for (int time = 0; time < nodes; time++) {
            int now = time;
            largest = Math.max(largest, extents.stream().filter(extent -> extent.first <= now && now <= extent.last)
                    .mapToLong(Extent::transientBytes).sum());
        }
        return largest;
    }

    /// No two things that are needed at the same time share a byte.
    void assertDisjoint() {
        for (int i = 0; i < extents.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (extents.get(i).meets(extents.get(j))) {
                    throw new AssertionError(extents.get(i) + " shares bytes with " + extents.get(j));
                }
            }
        }
    }
}

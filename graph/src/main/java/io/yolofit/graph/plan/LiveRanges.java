package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Buffers of a graph with their live ranges, named for reports: see [SketchRanges].
///
/// @param persistent buffers of persistent inputs, in the order of the inputs
/// @param transients all other buffers, including workspaces
record LiveRanges(List<Buffer> persistent, List<Buffer> transients) {
    static LiveRanges of(Graph graph, BufferAssignment assignment, WorkspaceModel workspace) {
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
                        assignment.ranges().first(value.id()), assignment.ranges().last(value.id()), uses));
            }
        }
        for (int time = 0; time < graph.nodes().size(); time++) {
            Node node = graph.nodes().get(time);
            long bytes = workspace.bytes(node);
            if (bytes > 0) {
                transients.add(new Buffer(null, node.name(), bytes, time, assignment.end(time),
                        List.of(new BufferUse("workspace of " + node, Role.WORKSPACE, time))));
            }
        }
        return new LiveRanges(persistent, transients);
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

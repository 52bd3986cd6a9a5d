package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Live ranges of a graph's buffers: from the first node that writes one of its values to the last node that reads one.
/// Inputs are live from the start, graph outputs until the end, persistent state throughout.
///
/// @param persistent buffers of persistent inputs, in the order of the inputs
/// @param transients all other buffers, including workspaces
record LiveRanges(List<Buffer> persistent, List<Buffer> transients) {
    static LiveRanges of(Graph graph, BufferAssignment assignment, WorkspaceModel workspace) {
        Map<Value, Integer> written = new IdentityHashMap<>();
        Map<Value, Integer> read = new IdentityHashMap<>();
        for (int time = 0; time < graph.nodes().size(); time++) {
            Node node = graph.nodes().get(time);
            int until = workspace.runsUntil(graph, time);
            for (Value input : node.inputs()) {
                read.merge(input, until, Math::max);
            }
            for (Value output : node.outputs()) {
                written.put(output, time);
            }
        }
        int end = Math.max(0, graph.nodes().size() - 1);
        List<Buffer> persistent = new ArrayList<>();
        List<Buffer> transients = new ArrayList<>();
        for (Value value : graph.values()) {
            if (assignment.of(value).root() != value) {
                continue;
            }
            boolean persists = value.isInput() && value.role().persistent();
            int first = persists || value.isInput() ? 0 : written.get(value);
            int last = persists ? end : first;
            List<BufferUse> uses = new ArrayList<>();
            for (Value held : assignment.values(value)) {
                int from = written.getOrDefault(held, 0);
                first = Math.min(first, from);
                last = Math.max(last, graph.isOutput(held) ? end : Math.max(from, read.getOrDefault(held, 0)));
                if (held.type().bytes() == value.type().bytes()) { // parts of a concat are reported as the concat
                    uses.add(new BufferUse(held.name(), held.role(), from));
                }
            }
            if (persists) {
                uses = List.of(new BufferUse(value.name(), value.role(), 0));
            }
            (persists ? persistent : transients).add(
                    new Buffer(value, value.name(), value.type().bytes(), first, last, uses));
        }
        for (int time = 0; time < graph.nodes().size(); time++) {
            Node node = graph.nodes().get(time);
            long bytes = workspace.bytes(node);
            if (bytes > 0) {
                transients.add(new Buffer(null, node.name(), bytes, time, workspace.runsUntil(graph, time),
                        List.of(new BufferUse("workspace of " + node, Role.WORKSPACE, time))));
            }
        }
        return new LiveRanges(persistent, transients);
    }
}

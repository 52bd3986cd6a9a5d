package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// From when to when each buffer of a graph is needed: from the node that first writes one of its values to the node
/// that last reads one. Inputs are there from the start, results stay to the end, persistent state is there throughout.
///
/// @param persistent buffers of persistent inputs, in the order of the inputs
/// @param transients all others, workspaces included
record Lifetimes(List<Buffer> persistent, List<Buffer> transients) {
    static Lifetimes of(Graph graph, Storage storage, WorkspaceModel workspace) {
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
            if (storage.of(value).root() != value) {
                continue;
            }
            boolean stays = value.isInput() && value.role().persistent();
            int first = stays || value.isInput() ? 0 : written.get(value);
            int last = stays ? end : first;
            List<Buffer.Resident> residents = new ArrayList<>();
            for (Value resident : storage.residents(value)) {
                int from = written.getOrDefault(resident, 0);
                first = Math.min(first, from);
                last = Math.max(last, graph.isOutput(resident) ? end : Math.max(from, read.getOrDefault(resident, 0)));
                if (resident.type().bytes() == value.type().bytes()) { // parts of a concat count as the concat
                    residents.add(new Buffer.Resident(resident.name(), resident.role(), from));
                }
            }
            if (stays) {
                residents = List.of(new Buffer.Resident(value.name(), value.role(), 0));
            }
            (stays ? persistent : transients).add(
                    new Buffer(value, value.name(), value.type().bytes(), first, last, residents));
        }
        for (int time = 0; time < graph.nodes().size(); time++) {
            Node node = graph.nodes().get(time);
            long bytes = workspace.bytes(node);
            if (bytes > 0) {
                transients.add(new Buffer(null, node.name(), bytes, time, workspace.runsUntil(graph, time),
                        List.of(new Buffer.Resident("workspace of " + node, Role.WORKSPACE, time))));
            }
        }
        return new Lifetimes(persistent, transients);
    }
}

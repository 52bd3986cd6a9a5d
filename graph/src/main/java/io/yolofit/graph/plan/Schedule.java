package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The lane of every node of a graph, and the joins between lanes.
///
/// A node of another lane than the main one starts when all nodes of the main lane before it have finished (a fork),
/// and may overlap the following nodes until the main lane joins. All other dependencies follow from the order of a
/// lane.
///
/// @param steps one for each node, in execution order
public record Schedule(List<Step> steps) {
    /// A node's place.
    ///
    /// @param joins lanes that must have finished all that they were given before this node starts
    public record Step(Lane lane, Set<Lane> joins) {
        public Step {
            joins = Set.copyOf(joins);
        }
    }

    public Schedule {
        steps = List.copyOf(steps);
    }

    static Schedule of(Graph graph, WorkspaceModel workspace) {
        List<Step> steps = new ArrayList<>();
        Map<Lane, Integer> pending = new EnumMap<>(Lane.class);
        for (int node = 0; node < graph.nodes().size(); node++) {
            Set<Lane> joins = EnumSet.noneOf(Lane.class);
            for (Map.Entry<Lane, Integer> lane : pending.entrySet()) {
                if (lane.getValue() < node) {
                    joins.add(lane.getKey());
                }
            }
            pending.keySet().removeAll(joins);
            Lane lane = workspace.lane(graph.nodes().get(node));
            if (lane != Lane.MAIN) {
                pending.merge(lane, workspace.runsUntil(graph, node), Math::min);
            }
            steps.add(new Step(lane, joins));
        }
        return new Schedule(steps);
    }
}

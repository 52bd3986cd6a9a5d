package io.yolofit.graph.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The lane of every node of a graph, and where the main lane waits for other lanes.
///
/// A node of another lane than the main one starts when all nodes of the main lane before it have finished (a fork),
/// and may overlap the following nodes until the main lane waits for it (a join). All other dependencies follow from
/// the order of a lane. The end of a step joins all lanes.
///
/// @param steps one for each node, in execution order
public record Schedule(List<Step> steps) {
    /// A node's place.
    ///
    /// @param joins nodes of other lanes, one of a lane at most, that must have finished before the main lane goes on
    ///              to this node, with all earlier nodes of their lanes
    public record Step(Lane lane, Set<Integer> joins) {
        public Step {
            joins = Set.copyOf(joins);
        }
    }

    public Schedule {
        steps = List.copyOf(steps);
    }

    static Schedule of(LaneAssignment lanes) {
        List<Step> steps = new ArrayList<>();
        List<Set<Integer>> joins = new ArrayList<>();
        for (int node = 0; node < lanes.size(); node++) {
            joins.add(new TreeSet<>());
        }
        Map<Lane, Integer> earliest = new EnumMap<>(Lane.class); // join of the nodes that follow in a lane
        for (int node = lanes.size() - 1; node >= 0; node--) {
            Lane lane = lanes.lane(node);
            int join = lanes.end(node) + 1;
            if (lane != Lane.MAIN && join < earliest.getOrDefault(lane, lanes.size())) {
                joins.get(join).add(node);
                earliest.put(lane, join);
            }
        }
        for (int node = 0; node < lanes.size(); node++) {
            steps.add(new Step(lanes.lane(node), joins.get(node)));
        }
        return new Schedule(steps);
    }
}

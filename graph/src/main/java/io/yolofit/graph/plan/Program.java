package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;

/// Input of an engine: a graph in execution order, its buffer assignment, its memory plan, and the lanes of its nodes.
public record Program(Graph graph, BufferAssignment assignment, MemoryPlan plan, Schedule schedule) {
    public static Program of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = BufferAssignment.of(graph, workspace);
        return new Program(graph, assignment, MemoryPlan.of(graph, assignment, workspace),
                Schedule.of(graph, workspace));
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;

/// What an engine gets: a graph whose nodes are in running order, where every value lies, and the plan of the arena.
public record Program(Graph graph, BufferAssignment assignment, MemoryPlan plan) {
    public static Program of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = BufferAssignment.of(graph, workspace);
        return new Program(graph, assignment, MemoryPlan.of(graph, assignment, workspace));
    }
}

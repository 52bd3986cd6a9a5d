package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;

/// Input of an engine: a graph in execution order, its buffer assignment, its memory plan, and the lanes of its nodes.
public record Program(Graph graph, BufferAssignment assignment, MemoryPlan plan, Schedule schedule) {
    public static Program of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = BufferAssignment.of(graph, workspace);
        LaneAssignment lanes = LaneAssignment.of(graph, assignment, workspace);
        Program program = new Program(graph, assignment, MemoryPlan.of(graph, assignment, lanes), Schedule.of(lanes));
        assert isSafe(program);
        return program;
    }

    private static boolean isSafe(Program program) {
        ScheduleVerifier.verify(program);
        return true;
    }
}

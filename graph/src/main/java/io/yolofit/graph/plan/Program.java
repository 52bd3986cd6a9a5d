package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Phase;
import io.yolofit.graph.plan.WorkspaceModel.Overlap;
import java.util.Optional;

/// Input of an engine: a graph in execution order, its buffer assignment, its memory plan, and the lanes of its nodes.
public record Program(Graph graph, BufferAssignment assignment, MemoryPlan plan, Schedule schedule) {
    /// Shares of the maximum of live bytes up to which overlap is extended: the more, the harder the plan is to pack.
    private static final double[] SHARES = {.95, .88, .8};
    /// Multiples of the lower bound without extended overlap: an arena that ends the search for a share, and the
    /// largest one that is used.
    private static final double GOOD = 1.0055;
    private static final double MOST = 1.01;

    public static Program of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = BufferAssignment.of(graph, workspace);
        long bound = assignment.lowerBound();
        Program best = null;
        for (double share : isExtended(graph, workspace) ? SHARES : new double[0]) {
            Program program = of(graph, assignment, workspace.overlap(), share).orElse(best);
            best = best == null || program.plan.arenaBytes() < best.plan.arenaBytes() ? program : best;
            if (best != null && best.plan.arenaBytes() <= GOOD * bound) {
                return best;
            }
        }
        return best != null && best.plan.arenaBytes() <= MOST * bound ? best
                : of(graph, assignment, Overlap.NEXT, 1).orElseThrow();
    }

    /// The same without a search for the best packing and without extended overlap, in a fraction of the time. Its
    /// arena is at least as large as that of [#of].
    public static Program upperBound(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = BufferAssignment.of(graph, workspace);
        LaneAssignment lanes = LaneAssignment.of(graph, assignment, Overlap.NEXT, 1);
        return new Program(graph, assignment, MemoryPlan.upperBound(graph, assignment, lanes,
                isExtended(graph, workspace) ? MOST : 1), Schedule.of(lanes));
    }

    private static boolean isExtended(Graph graph, WorkspaceModel workspace) {
        return workspace.overlap() != Overlap.NEXT
                && graph.nodes().stream().anyMatch(node -> node.phase() == Phase.BACKWARD);
    }

    /// Empty if the plan will hardly be packed well.
    private static Optional<Program> of(Graph graph, BufferAssignment assignment, Overlap overlap, double share) {
        LaneAssignment lanes = LaneAssignment.of(graph, assignment, overlap, share);
        Optional<Program> program = MemoryPlan.of(graph, assignment, lanes)
                .map(plan -> new Program(graph, assignment, plan, Schedule.of(lanes)));
        assert program.isEmpty() || isSafe(program.get());
        return program;
    }

    private static boolean isSafe(Program program) {
        ScheduleVerifier.verify(program);
        return true;
    }
}

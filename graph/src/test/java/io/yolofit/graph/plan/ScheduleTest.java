package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Nodes of different lanes that may run at the same time never meet in memory.
class ScheduleTest {
    /// Lanes, workspaces and overlap as of the CUDA engine.
    private record Lanes(WorkspaceModel.Overlap overlap) implements WorkspaceModel {
        @Override
        public long bytes(Node node) {
            return node.op() instanceof Conv2d ? 1000 : 0;
        }

        @Override
        public Lane lane(Node node) {
            if (node.op() instanceof AllReduce && node.output(0).role() == Role.GRADIENT) {
                return Lane.LINKS;
            }
            return node.op() instanceof Conv2d.WeightGrad ? Lane.SIDE : Lane.MAIN;
        }
    }

    private static Program program(Seed seed) {
        return program(seed, seed.pick(List.of(WorkspaceModel.Overlap.values())));
    }

    private static Program program(Seed seed, WorkspaceModel.Overlap overlap) {
        return Program.of(RandomModel.wild(seed).anyTraining(seed), new Lanes(overlap));
    }

    @Seeds(150)
    void noTwoNodesThatMayRunAtTheSameTimeShareBytes(Seed seed) {
        Program program = program(seed);
        ScheduleVerifier.verify(program);
        ArenaRun.checkIdentities(program);
        ArenaRun.checkLateIdentities(program);
    }

    @Seeds(20)
    void programsWithLanesRunInTheirArenas(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        ArenaRun.check(Program.of(model.anyTraining(seed), new Lanes(WorkspaceModel.Overlap.BRANCHES)),
                model.inputs());
    }

    /// Without any join, the update reads gradients while they are computed. Of single joins, many are needed, but not
    /// all: buffers whose live ranges overlap need not be at the same addresses without it.
    @Test
    void aMissingJoinIsFound() {
        int joins = 0;
        int needed = 0;
        for (int i = 0; i < 30; i++) {
            Program program = program(new Seed(i), WorkspaceModel.Overlap.BRANCHES);
            List<Schedule.Step> steps = program.schedule().steps();
            List<Schedule.Step> apart = steps.stream().map(step -> new Schedule.Step(step.lane(), Set.of())).toList();
            if (steps.stream().anyMatch(step -> !step.joins().isEmpty())) {
                assertThatThrownBy(() -> ScheduleVerifier.verify(with(program, apart))).as("seed " + i)
                        .isInstanceOf(IllegalStateException.class).hasMessageContaining("may run at the same time");
            }
            for (int node = 0; node < steps.size(); node++) {
                if (!steps.get(node).joins().isEmpty()) {
                    List<Schedule.Step> fewer = new ArrayList<>(steps);
                    fewer.set(node, new Schedule.Step(steps.get(node).lane(), Set.of()));
                    joins++;
                    needed += races(with(program, fewer)) ? 1 : 0;
                }
            }
        }
        assertThat(joins).isGreaterThan(100);
        assertThat(needed).isGreaterThan(joins / 4);
    }

    private static Program with(Program program, List<Schedule.Step> steps) {
        return new Program(program.graph(), program.assignment(), program.plan(), new Schedule(steps));
    }

    private static boolean races(Program program) {
        try {
            ScheduleVerifier.verify(program);
            return false;
        } catch (IllegalStateException race) {
            return true;
        }
    }

    /// Overlap is extended into memory that the plan needs anyway.
    @Seeds(40)
    void moreOverlapKeepsTheLowerBound(Seed seed) {
        Graph graph = RandomModel.wild(seed).anyTraining(seed);
        MemoryPlan next = Program.of(graph, new Lanes(WorkspaceModel.Overlap.NEXT)).plan();
        MemoryPlan branches = Program.of(graph, new Lanes(WorkspaceModel.Overlap.BRANCHES)).plan();
        assertThat(branches.lowerBound()).isEqualTo(next.lowerBound());
        assertThat((double) branches.arenaBytes() / next.arenaBytes()).isLessThan(1.011);
    }

    @Test
    void weightGradientsQueueAndForwardBranchesOverlap() {
        int queued = 0;
        int branches = 0;
        for (int i = 0; i < 30; i++) {
            Graph graph = RandomModel.wild(new Seed(i)).training(DType.F16, Update.Rule.SGD);
            Program next = Program.of(graph, new Lanes(WorkspaceModel.Overlap.NEXT));
            Program more = Program.of(graph, new Lanes(WorkspaceModel.Overlap.BRANCHES));
            queued += joins(next) - joins(more);
            branches += (int) branchNodes(more);
            assertThat(branchNodes(next)).isZero();
        }
        assertThat(queued).isPositive();
        assertThat(branches).isPositive();
    }

    private static int joins(Program program) {
        List<Schedule.Step> steps = program.schedule().steps();
        int joins = 0;
        for (int node = 0; node < steps.size(); node++) {
            boolean backward = program.graph().nodes().get(node).phase() == Phase.BACKWARD;
            joins += backward ? steps.get(node).joins().size() : 0;
        }
        return joins;
    }

    private static long branchNodes(Program program) {
        List<Schedule.Step> steps = program.schedule().steps();
        long nodes = 0;
        for (int node = 0; node < steps.size(); node++) {
            boolean forward = program.graph().nodes().get(node).phase() == Phase.FORWARD;
            nodes += forward && steps.get(node).lane() == Lane.BRANCH ? 1 : 0;
        }
        return nodes;
    }
}

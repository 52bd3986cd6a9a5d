package io.yolofit.engine.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.Schedule;
import io.yolofit.graph.plan.ScheduleVerifier;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.plan.WorkspaceModel.Overlap;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which nodes overlap on other lanes, and that they never meet in memory.
class ConcurrencyTest {
    private static final CudaWorkspace WORKSPACE = new CudaWorkspace();

    private static Graph step(Recompute.Policy policy, Update.Rule rule) {
        return step(policy, rule, Ranks.ONE);
    }

    private static Graph step(Recompute.Policy policy, Update.Rule rule, Ranks ranks) {
        return step("yolov8n", policy, rule, ranks);
    }

    private static Graph step(String name, Recompute.Policy policy, Update.Rule rule, Ranks ranks) {
        Model model = Model.of(ArchitectureCatalog.find(name), 3);
        Graph forward = model.forward(2, 64, 64);
        return Pipeline.training(forward, StateLayout.of(forward, parameter -> false),
                model.head().trainingLosses(7.5, .5, 1.5), 8, DType.F16, rule, policy, WORKSPACE, ranks);
    }

    /// With slow links, which make four buckets.
    private static Graph stepOfRanks(Recompute.Policy policy) {
        return step(policy, Update.Rule.SGD, new Ranks(2, true, 1, 0));
    }

    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void gradientsAreSummedOverRanksWhileTheBackwardPassRuns(Recompute.Policy policy) {
        Program program = Program.of(stepOfRanks(policy), WORKSPACE);
        List<Node> nodes = program.graph().nodes();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            boolean sum = node.op() instanceof AllReduce && node.name().startsWith("gradients");
            assertThat(program.schedule().steps().get(i).lane() == Lane.LINKS).as(node.name()).isEqualTo(sum);
            if (sum) {
                lengths.add(WORKSPACE.runsUntil(program.graph(), i) - i);
            }
        }
        assertThat(lengths).hasSize(4).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(lengths.getFirst()).isGreaterThan(200);
    }

    /// The main lane has joined another one before it reads what that one wrote.
    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void lanesAreJoinedBeforeTheirResultsAreRead(Recompute.Policy policy) {
        for (Graph graph : List.of(step(policy, Update.Rule.SGD), step(policy, null), stepOfRanks(policy))) {
            Program program = Program.of(graph, WORKSPACE);
            List<Schedule.Step> steps = program.schedule().steps();
            Map<Value, Integer> writers = new IdentityHashMap<>();
            for (int i = 0; i < graph.nodes().size(); i++) {
                int reader = i;
                if (program.assignment().isFree(graph.nodes().get(i))) {
                    continue;
                }
                graph.nodes().get(i).outputs().forEach(output -> writers.put(output, reader));
                for (Value input : graph.nodes().get(i).inputs()) {
                    int writer = writers.getOrDefault(input, i);
                    Lane lane = steps.get(writer).lane();
                    assertThat(lane == Lane.MAIN || lane == steps.get(reader).lane()
                            || joined(steps, writer, reader)).as(input.name()).isTrue();
                }
            }
        }
    }

    private static boolean joined(List<Schedule.Step> steps, int writer, int reader) {
        return IntStream.rangeClosed(writer + 1, reader).anyMatch(node -> steps.get(node).joins().stream()
                .anyMatch(join -> join >= writer && steps.get(join).lane() == steps.get(writer).lane()));
    }

    /// Small models of every family, in all that a run trains and validates with. No workspaces, live ranges or lanes
    /// are assumed: [ScheduleVerifier] compares addresses of what may run at the same time.
    @ParameterizedTest
    @ValueSource(strings = {"yolov5nu", "yolov8n", "yolov8n-p2", "yolov9t", "yolov9-s", "yolov10n", "yolo11n",
        "yolo12n", "yolo26n"})
    void noTwoNodesThatMayRunAtTheSameTimeShareBytes(String name) {
        for (Overlap overlap : Overlap.values()) {
            WorkspaceModel workspace = new CudaWorkspace(overlap);
            for (Ranks ranks : List.of(Ranks.ONE, new Ranks(2, true, 1, 0))) {
                Program program = Program.of(step(name, Recompute.Policy.DEFAULT, Update.Rule.SGD, ranks), workspace);
                ScheduleVerifier.verify(program);
                if (ranks == Ranks.ONE) {
                    assertThat(branchNodes(program) > 0).as("%s, %s", name, overlap)
                            .isEqualTo(overlap == Overlap.BRANCHES);
                } else {
                    assertThat(branchNodes(program)).as("ranks exchange statistics in one order").isZero();
                }
            }
            ScheduleVerifier.verify(Program.of(step(name, Recompute.Policy.MAX, null, Ranks.ONE), workspace));
        }
    }

    private static long branchNodes(Program program) {
        return IntStream.range(0, program.graph().nodes().size())
                .filter(node -> program.graph().nodes().get(node).phase() == Phase.FORWARD
                        && program.schedule().steps().get(node).lane() == Lane.BRANCH).count();
    }

    /// Without the joins, some nodes race: the check above sees them.
    @Test
    void aStepWithoutJoinsRaces() {
        Program program = Program.of(step(Recompute.Policy.DEFAULT, Update.Rule.SGD), WORKSPACE);
        List<Schedule.Step> apart = program.schedule().steps().stream()
                .map(step -> new Schedule.Step(step.lane(), Set.of())).toList();
        assertThatThrownBy(() -> ScheduleVerifier.verify(new Program(program.graph(), program.assignment(),
                program.plan(), new Schedule(apart)))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyWeightGradientsOverlapOtherNodes() {
        Graph graph = step(Recompute.Policy.DEFAULT, Update.Rule.SGD);
        int overlapping = 0;
        for (int i = 0; i < graph.nodes().size(); i++) {
            int until = WORKSPACE.runsUntil(graph, i);
            assertThat(until).isGreaterThanOrEqualTo(i).isLessThan(graph.nodes().size());
            if (!(graph.nodes().get(i).op() instanceof Conv2d.WeightGrad)) {
                assertThat(until).isEqualTo(i);
            } else if (until > i) {
                overlapping++;
            }
        }
        assertThat(overlapping).isGreaterThan(40); // of 63 convolutions, nearly all
    }

    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void overlappedNodesNeitherReadTheResultNorUseTheSideStream(Recompute.Policy policy) {
        for (Update.Rule rule : new Update.Rule[] {Update.Rule.SGD, null}) {
            Graph graph = step(policy, rule);
            for (int i = 0; i < graph.nodes().size(); i++) {
                for (int overlapped = i + 1; overlapped <= WORKSPACE.runsUntil(graph, i); overlapped++) {
                    Node other = graph.nodes().get(overlapped);
                    assertThat(other.op()).isNotInstanceOf(Conv2d.WeightGrad.class);
                    assertThat(other.inputs()).doesNotContainAnyElementsOf(graph.nodes().get(i).outputs());
                }
            }
        }
    }
}

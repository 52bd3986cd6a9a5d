package io.yolofit.engine.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.Schedule;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which nodes overlap on other lanes, and that the memory plan extends live ranges accordingly.
class ConcurrencyTest {
    private static final CudaWorkspace WORKSPACE = new CudaWorkspace();

    private static Graph step(Recompute.Policy policy, Update.Rule rule) {
        return step(policy, rule, Ranks.ONE);
    }

    private static Graph step(Recompute.Policy policy, Update.Rule rule, Ranks ranks) {
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
        Graph forward = model.forward(2, 64, 64);
        return Pipeline.training(forward, StateLayout.of(forward, name -> false),
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

    /// The main lane has joined another one before it reads what that one wrote, and at the latest where the memory
    /// plan ends the overlap.
    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void lanesJoinWhereLiveRangesEnd(Recompute.Policy policy) {
        for (Graph graph : List.of(step(policy, Update.Rule.SGD), step(policy, null), stepOfRanks(policy))) {
            List<Schedule.Step> steps = Program.of(graph, WORKSPACE).schedule().steps();
            Map<Value, Integer> writers = new IdentityHashMap<>();
            for (int i = 0; i < graph.nodes().size(); i++) {
                int reader = i;
                for (Value output : graph.nodes().get(i).outputs()) {
                    writers.put(output, i);
                }
                for (Value input : graph.nodes().get(i).inputs()) {
                    int writer = writers.getOrDefault(input, i);
                    Lane lane = steps.get(writer).lane();
                    assertThat(lane == Lane.MAIN || IntStream.rangeClosed(writer + 1, reader)
                            .anyMatch(node -> steps.get(node).joins().contains(lane))).as(input.name()).isTrue();
                }
                Lane lane = steps.get(i).lane();
                int until = WORKSPACE.runsUntil(graph, i);
                assertThat(lane == Lane.MAIN || until + 1 == graph.nodes().size() || IntStream
                        .rangeClosed(i + 1, until + 1).anyMatch(node -> steps.get(node).joins().contains(lane)))
                        .as(graph.nodes().get(i).name()).isTrue();
            }
        }
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

    /// No overlapped node may write what the gradient reads, or use its workspace. Buffers with overlapping live ranges
    /// never share memory, so it is sufficient that these live until the end of the overlap, and that no node
    /// overwrites the operands in place.
    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void operandsAndWorkspaceLiveUntilTheEndOfTheOverlap(Recompute.Policy policy) {
        checkOverlap(Program.of(step(policy, Update.Rule.SGD), WORKSPACE));
        checkOverlap(Program.of(stepOfRanks(policy), WORKSPACE));
    }

    private static void checkOverlap(Program program) {
        MemoryPlan plan = program.plan();
        List<Node> nodes = program.graph().nodes();
        for (int i = 0; i < nodes.size(); i++) {
            int until = WORKSPACE.runsUntil(program.graph(), i);
            for (Value operand : nodes.get(i).inputs()) {
                Buffer buffer = buffer(plan, program.assignment().of(operand).root());
                assertThat(buffer.last()).isGreaterThanOrEqualTo(until);
                for (int overlapped = i + 1; overlapped <= until; overlapped++) {
                    for (Value written : nodes.get(overlapped).outputs()) {
                        boolean overwritten = program.assignment().of(written).equals(program.assignment().of(operand))
                                && !program.assignment().isFree(nodes.get(overlapped));
                        assertThat(overwritten).as("%s writes over %s while %s runs", nodes.get(overlapped), operand,
                                nodes.get(i)).isFalse();
                    }
                }
            }
            int node = i;
            plan.buffers().stream().filter(buffer -> buffer.root() == null && buffer.first() == node)
                    .forEach(workspace -> assertThat(workspace.last()).isEqualTo(until));
        }
    }

    private static Buffer buffer(MemoryPlan plan, Value root) {
        return plan.buffers().stream().filter(buffer -> buffer.root() == root).findFirst().orElseThrow();
    }
}

package io.yolofit.engine.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which nodes overlap on the side stream, and that the memory plan extends live ranges accordingly.
class ConcurrencyTest {
    private static final CudaWorkspace WORKSPACE = new CudaWorkspace();

    private static Graph step(Recompute.Policy policy, Update.Rule rule) {
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
        Graph forward = model.forward(2, 64, 64);
        return Pipeline.training(forward, StateLayout.of(forward, name -> false),
                model.head().trainingLosses(7.5, .5, 1.5), 8, DType.F16, rule, policy);
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
        Program program = Program.of(step(policy, Update.Rule.SGD), WORKSPACE);
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

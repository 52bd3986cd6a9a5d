package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Properties of the memory plan of any graph.
class MemoryPlanPropertiesTest {
    private static final WorkspaceModel WORKSPACE = node -> node.op() instanceof Conv2d ? 1000 : 0;

    @Seeds(25)
    void trainingStepRunsInItsArena(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph graph = model.anyTraining(seed);
        ArenaRun.check(Program.of(graph, WORKSPACE), model.inputs());
    }

    @Seeds(20)
    void inferenceRunsInItsArena(Seed seed) {
        RandomModel model = RandomModel.foldable(seed);
        Graph graph = model.inference(seed.pick(List.of(DType.F32, DType.BF16)), seed.chance(.5));
        ArenaRun.check(Program.of(graph, WORKSPACE), model.inputs());
    }

    @Seeds(4)
    void updateRunsInItsArena(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph graph = model.update(seed.pick(List.of(DType.F32, DType.F16)), seed.pick(List.of(Update.Rule.values())));
        ArenaRun.check(Program.of(graph, WORKSPACE), model.inputs());
    }

    @Seeds(150)
    void noLiveByteIsOverwritten(Seed seed) {
        ArenaRun.checkIdentities(Program.of(anyGraph(seed), WORKSPACE));
    }

    @Seeds(60)
    void buffersWithOverlappingLiveRangesShareNoByte(Seed seed) {
        MemoryPlan plan = Program.of(anyGraph(seed), WORKSPACE).plan();
        List<Buffer> buffers = plan.buffers();
        for (int i = 0; i < buffers.size(); i++) {
            assertThat(plan.offset(i) % ArenaPacker.ALIGNMENT).isZero();
            assertThat(plan.offset(i) + buffers.get(i).bytes()).isLessThanOrEqualTo(plan.arenaBytes());
            for (int j = 0; j < i; j++) {
                boolean apart = plan.offset(i) + buffers.get(i).bytes() <= plan.offset(j)
                        || plan.offset(j) + buffers.get(j).bytes() <= plan.offset(i);
                boolean meet = buffers.get(i).first() <= buffers.get(j).last()
                        && buffers.get(j).first() <= buffers.get(i).last();
                assertThat(apart || !meet).as("%s and %s", buffers.get(i), buffers.get(j)).isTrue();
            }
        }
    }

    @Seeds(60)
    void persistentStateIsAtTheStartInInputOrder(Seed seed) {
        Graph graph = anyGraph(seed);
        MemoryPlan plan = Program.of(graph, WORKSPACE).plan();
        long end = 0;
        for (Value input : graph.inputs()) {
            if (input.role().persistent()) {
                assertThat(plan.offset(input)).as(input.name()).isEqualTo(end);
                end += ArenaPacker.align(input.type().bytes());
            }
        }
        assertThat(plan.persistentBytes()).isEqualTo(end);
        for (int i = 0; i < plan.buffers().size(); i++) {
            Value root = plan.buffers().get(i).root();
            if (root == null || !root.isInput() || !root.role().persistent()) {
                assertThat(plan.offset(i)).isGreaterThanOrEqualTo(end);
            }
        }
    }

    @Seeds(60)
    void timelineAndRolesAddUpToTheLowerBound(Seed seed) {
        MemoryPlan plan = Program.of(anyGraph(seed), WORKSPACE).plan();
        assertThat(Arrays.stream(plan.timeline()).max().orElseThrow()).isEqualTo(plan.lowerBound());
        assertThat(plan.timeline()[plan.peakTime()]).isEqualTo(plan.lowerBound());
        assertThat(plan.arenaBytes()).isGreaterThanOrEqualTo(plan.lowerBound());
        assertThat(plan.rolesAtPeak().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(plan.lowerBound());
        assertThat(plan.tensorsAtPeak()).isSortedAccordingTo((a, b) -> Long.compare(b.bytes(), a.bytes()));
    }

    @Seeds(15)
    void timelineIsTheSumOfLiveBytes(Seed seed) {
        MemoryPlan plan = Program.of(anyGraph(seed), WORKSPACE).plan();
        long[] timeline = plan.timeline();
        for (int time = 0; time < timeline.length; time++) {
            int now = time;
            assertThat(timeline[time]).isEqualTo(plan.buffers().stream().filter(buffer -> buffer.liveAt(now))
                    .mapToLong(buffer -> ArenaPacker.align(buffer.bytes())).sum());
        }
    }

    @Seeds(20)
    void planDependsOnTheGraphOnly(Seed seed) {
        Graph graph = anyGraph(seed);
        MemoryPlan first = Program.of(graph, WORKSPACE).plan();
        MemoryPlan second = Program.of(graph, WORKSPACE).plan();
        assertThat(second.arenaBytes()).isEqualTo(first.arenaBytes());
        for (int i = 0; i < first.buffers().size(); i++) {
            assertThat(second.offset(i)).isEqualTo(first.offset(i));
        }
    }

    @Seeds(20)
    void workspaceRaisesLiveBytesOfItsNodesOnly(Seed seed) {
        Graph graph = anyGraph(seed);
        Node chosen = seed.pick(graph.nodes());
        long[] without = Program.of(graph, WorkspaceModel.none()).plan().timeline();
        long[] with = Program.of(graph, node -> node == chosen ? 5000 : 0).plan().timeline();
        for (int time = 0; time < with.length; time++) {
            long more = graph.nodes().get(time) == chosen ? ArenaPacker.align(5000) : 0;
            assertThat(with[time]).as("node " + time).isEqualTo(without[time] + more);
        }
    }

    @Test
    void arenasAreCloseToTheLowerBound() {
        double sum = 0;
        for (int i = 0; i < 40; i++) {
            MemoryPlan plan = Program.of(anyGraph(new Seed(i)), WorkspaceModel.none()).plan();
            double ratio = (double) plan.arenaBytes() / plan.lowerBound();
            assertThat(ratio).as("seed " + i).isLessThan(1.15);
            sum += ratio;
        }
        assertThat(sum / 40).isLessThan(1.02);
    }

    /// Feature maps and their gradients; statistics, losses and gradients of parameters stay fp32.
    @Seeds(20)
    void halfPrecisionHalvesFeatureMapsAndNothingElse(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph single = model.training(DType.F32, Update.Rule.SGD);
        Graph half = model.training(seed.pick(List.of(DType.F16, DType.BF16)), Update.Rule.SGD);
        assertThat(activations(half).map(value -> value.name() + " " + value.type().bytes()))
                .containsExactlyInAnyOrderElementsOf(activations(single).map(value -> value.name() + " "
                        + value.type().bytes() / (value.shape().rank() == 4 ? 2 : 1)).toList());
        assertThat((double) transientBytes(half) / transientBytes(single)).as("of the arena").isBetween(.5, .7);
    }

    private static Stream<Value> activations(Graph graph) {
        return graph.values().stream().filter(value -> value.role() == Role.ACTIVATION
                || value.role() == Role.ACTIVATION_GRADIENT);
    }

    private static long transientBytes(Graph graph) {
        MemoryPlan plan = Program.of(graph, WorkspaceModel.none()).plan();
        return plan.arenaBytes() - plan.persistentBytes();
    }

    private static Graph anyGraph(Seed seed) {
        return switch (seed.between(0, 9)) {
            case 0 -> RandomModel.wild(seed).net().forward();
            case 1, 2 -> RandomModel.foldable(seed)
                    .inference(seed.pick(List.of(DType.F32, DType.F16)), seed.chance(.5));
            case 3 -> RandomModel.wild(seed).update(DType.F32, seed.pick(List.of(Update.Rule.values())));
            default -> RandomModel.wild(seed).anyTraining(seed);
        };
    }
}

package io.yolofit.graph.recompute;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.testkit.Golden;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecomputeTest {
    private static final List<BranchLoss> LOSS = Nets.losses(List.of(8), true);
    /// Workspaces, and weight gradients on a side stream.
    private static final WorkspaceModel SIDE_STREAM = new WorkspaceModel() {
        @Override
        public long bytes(Node node) {
            return node.op() instanceof Conv2d ? 1 << 12 : 0;
        }

        @Override
        public Lane lane(Node node) {
            return node.op() instanceof Conv2d.WeightGrad ? Lane.SIDE : Lane.MAIN;
        }
    };

    /// A first segment, a segment with split and concat, one of a lower resolution, and a head.
    private static Graph step(Policy policy) {
        Nets nets = new Nets();
        Value x = nets.block("model.0", nets.images(2, 32, 32), 8, 3, 2);
        x = nets.block("model.1.cv1", x, 8, 3, 2);
        Value half = nets.op("model.1.half", new Slice.Forward(4, 4), x);
        Value inner = nets.block("model.1.m", half, 4, 3, 1);
        Value sum = nets.op("model.1.add", new Add(), half, inner);
        x = nets.block("model.1.cv2", nets.op("model.1.join", new Concat(), x, sum), 8, 1, 1);
        x = nets.block("model.2.cv2", nets.block("model.2.cv1", x, 32, 3, 2), 32, 1, 1);
        nets.head(0, x, 2);
        Graph forward = nets.build();
        return Pipeline.training(forward, StateLayout.of(forward, name -> false), LOSS, 3, DType.F32, Update.Rule.SGD,
                policy);
    }

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = {"DEFAULT", "MAX"})
    void recomputesActivationsBeforeTheBackwardPassReadsThem(Policy policy) {
        Golden.check("recompute_" + policy.name().toLowerCase(java.util.Locale.ROOT) + ".ir", step(policy));
    }

    @Test
    void doesNotFireIfTheArenaWouldNotShrink() {
        Nets nets = new Nets();
        nets.head(0, nets.images(1, 8, 8), 2);
        Graph forward = nets.build();
        Graph step = Pipeline.training(forward, StateLayout.of(forward, name -> false), TinyModel.LOSS_AT_STRIDE_1, 1,
                DType.F32, Update.Rule.SGD, Policy.OFF);
        for (Policy policy : Policy.values()) {
            assertThat(new Recompute(policy).run(step)).as(policy.name()).isSameAs(step);
        }
    }

    @Test
    void doesNotFireIfOffOrWithoutBackwardPass() {
        Graph step = step(Policy.OFF);
        assertThat(new Recompute(Policy.OFF).run(step)).isSameAs(step);
        Graph inference = Pipeline.inference(TinyModel.forward(), TinyModel.layout(), TinyModel.DECODE,
                TinyModel.LOSS_ONLY, TinyModel.CAPACITY, DType.F16);
        assertThat(new Recompute(Policy.MAX).run(inference)).isSameAs(inference);
    }

    @Test
    void defaultRecomputesConvolutionsOfTheFirstSegmentAndOfLargeInteriors() {
        assertThat(recomputedConvolutions(step(Policy.DEFAULT)))
                .isSubsetOf("model.0.conv", "model.1.cv1.conv", "model.1.m.conv").isNotEmpty();
        assertThat(recomputedConvolutions(step(Policy.MAX))).contains("model.2.cv1.conv")
                .doesNotContain("model.1.cv2.conv", "model.2.cv2.conv");
    }

    private static List<String> recomputedConvolutions(Graph graph) {
        return RecomputeReport.of(step(Policy.OFF), graph).recomputed().stream()
                .filter(RecomputeReport.Recomputed::convolution).map(RecomputeReport.Recomputed::name).toList();
    }

    @Seeds(40)
    void resultsOfAStepAreUnchangedInNoMoreMemory(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        DType precision = seed.pick(List.of(DType.F32, DType.F16, DType.BF16));
        Update.Rule rule = seed.chance(.3) ? null : Update.Rule.ADAMW;
        Graph off = model.training(precision, rule);
        Evaluation expected = Interpreter.run(off, model.inputs());
        for (Policy policy : List.of(Policy.DEFAULT, Policy.MAX)) {
            Graph graph = model.training(precision, rule, policy);
            checkSame(Interpreter.run(graph, model.inputs()), off, expected);
            checkRecomputed(graph, Interpreter.run(graph, model.inputs()));
            assertThat(arena(graph)).isLessThanOrEqualTo(arena(off));
        }
    }

    /// For any choice that the search could make.
    @Seeds(60)
    void resultsAreUnchangedByAnyChoice(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph off = model.training(DType.F32, Update.Rule.SGD);
        Map<Integer, Boolean> dropped = new HashMap<>();
        Map<String, Boolean> sharing = new HashMap<>();
        CheckpointSegments segments = CheckpointSegments.of(off);
        WorkspaceModel workspace = seed.chance(.5) ? WorkspaceModel.none() : SIDE_STREAM;
        NodeSequence sequence = new Rematerializer(new StepNodes(segments, workspace),
                node -> dropped.computeIfAbsent(node, one -> seed.chance(.7)),
                segment -> sharing.computeIfAbsent(segment, one -> seed.chance(.5))).run();
        Graph graph = sequence.graph();
        Verifier.verify(graph);
        assertThat(sequence.lowerBound()).as("the memory of a sketch is that of its graph")
                .isEqualTo(Program.of(graph, workspace).plan().lowerBound());
        Evaluation evaluation = Interpreter.run(graph, model.inputs());
        checkSame(evaluation, off, Interpreter.run(off, model.inputs()));
        checkRecomputed(graph, evaluation);
        assertThat(Program.of(graph, WorkspaceModel.none()).plan().lowerBound())
                .isEqualTo(MemoryPlan.lowerBound(graph));
    }

    private static void checkSame(Evaluation actual, Graph off, Evaluation expected) {
        expected.outputs().forEach((name, elements) ->
                assertThat(actual.output(name)).as(name).containsExactly(elements));
        for (Value input : off.inputs()) {
            assertThat(actual.state(input.name())).as(input.name()).containsExactly(expected.state(input.name()));
        }
    }

    /// Recomputed nodes update no statistics, and their values equal those of the forward pass.
    private static void checkRecomputed(Graph graph, Evaluation evaluation) {
        Map<String, Value> forward = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node.phase() == Phase.FORWARD) {
                forward.put(node.name(), node.output(0));
            } else if (node.name().endsWith(Rematerializer.SUFFIX)) {
                String name = node.name().substring(0, node.name().length() - Rematerializer.SUFFIX.length());
                assertThat(node.op()).isNotInstanceOf(BnAct.Forward.class);
                if (forward.containsKey(name)) {
                    assertThat(evaluation.of(node.output(0))).as(name)
                            .containsExactly(evaluation.of(forward.get(name)));
                } else {
                    assertThat(node.op()).as("the copy of %s", name).isInstanceOf(Slice.Forward.class);
                }
            }
        }
    }

    private static long arena(Graph graph) {
        return Program.of(graph, WorkspaceModel.none()).plan().arenaBytes();
    }

    @Test
    void arenasOfMostRandomNetsShrink() {
        int smaller = 0;
        for (int i = 0; i < 40; i++) {
            RandomModel model = RandomModel.wild(new Seed(i));
            smaller += arena(model.training(DType.F32, null, Policy.MAX)) < arena(model.training(DType.F32, null))
                    ? 1 : 0;
        }
        assertThat(smaller).isGreaterThan(20);
    }

    @Seeds(12)
    void aShareSavesAtLeastThatPartOfTheLargestSaving(Seed seed) {
        Graph off = RandomModel.wild(seed).training(DType.F32, Update.Rule.SGD);
        WorkspaceModel workspace = node -> node.op() instanceof Conv2d ? 1 << 14 : 0;
        RecomputeFrontier frontier = RecomputeFrontier.of(off, workspace);
        long most = MemoryPlan.lowerBound(off, workspace);
        long least = MemoryPlan.lowerBound(frontier.at(Policy.MAX), workspace);
        assertThat(frontier.at(new Recompute.Share(0))).as("nothing is saved").hasToString(off.toString());
        assertThat(frontier.at(new Recompute.Share(1))).hasToString(frontier.at(Policy.MAX).toString());
        for (double share : new double[] {.25, .5, .75}) {
            Graph some = frontier.at(new Recompute.Share(share));
            Verifier.verify(some);
            assertThat((double) MemoryPlan.lowerBound(some, workspace)).as("share " + share)
                    .isLessThanOrEqualTo(most - share * (most - least) + 1);
            assertThat(some).hasToString(new Recompute(new Recompute.Share(share), workspace).run(off).toString());
        }
    }

    @Seeds(6)
    void resultDependsOnTheGraphOnly(Seed seed) {
        Graph off = RandomModel.wild(seed).training(DType.BF16, Update.Rule.SGD);
        assertThat(new Recompute(Policy.MAX).run(off)).hasToString(new Recompute(Policy.MAX).run(off).toString());
    }

    @Test
    void reportListsRecomputedValuesAndTheirCost() {
        Graph off = step(Policy.OFF);
        Graph max = step(Policy.MAX);
        RecomputeReport report = RecomputeReport.of(off, max);
        List<Node> recomputed = max.nodes().stream()
                .filter(node -> node.name().endsWith(Rematerializer.SUFFIX)).toList();

        assertThat(report.recomputed().stream().mapToInt(RecomputeReport.Recomputed::times).sum())
                .isEqualTo(recomputed.size());
        assertThat(report.recomputed()).extracting(RecomputeReport.Recomputed::name).doesNotHaveDuplicates()
                .contains("model.0.bn", "model.1.m.conv");
        assertThat(report.recomputed()).filteredOn(RecomputeReport.Recomputed::convolution).allSatisfy(one ->
                assertThat(one.times()).isEqualTo(1));
        assertThat(report.recomputed()).filteredOn(one -> one.name().equals("model.0.bn")).extracting(
                RecomputeReport.Recomputed::bytes).containsExactly(2 * 16 * 16 * 8 * 4L);
        assertThat(report.extraFlops()).isBetween(.05, .5);
        assertThat(report.extraBytes()).isPositive().isLessThanOrEqualTo(recomputed.stream()
                .filter(node -> !(node.op() instanceof Conv2d)).mapToLong(node -> (long) node.op().cost(node).bytes())
                .sum());
        assertThat(report.arenaBefore()).isEqualTo(arena(off));
        assertThat(report.arenaAfter()).isEqualTo(arena(max)).isLessThan(report.arenaBefore());

        Graph fused = step(Policy.DEFAULT);
        List<Node> gradients = fused.nodes().stream()
                .filter(node -> node.op() instanceof BnAct.Gradient gradient && gradient.recompute()).toList();
        RecomputeReport few = RecomputeReport.of(off, fused);
        assertThat(gradients).extracting(node -> node.input(4).producer().name()).isNotEmpty()
                .isSubsetOf(few.recomputed().stream().map(RecomputeReport.Recomputed::name).toList());
        assertThat(few.recomputed().stream().mapToInt(RecomputeReport.Recomputed::times).sum())
                .isEqualTo(gradients.size()
                + (int) fused.nodes().stream().filter(node -> node.name().endsWith(Rematerializer.SUFFIX)).count());

        RecomputeReport nothing = RecomputeReport.of(off, off);
        assertThat(nothing).isEqualTo(new RecomputeReport(List.of(), 0, 0, arena(off), arena(off)));
    }

    @Test
    void outputsOfASegmentAreNotInterior() {
        CheckpointSegments segments = CheckpointSegments.of(step(Policy.OFF));
        Map<Boolean, List<String>> names = segments.convolutions().stream().collect(Collectors.partitioningBy(
                segments::isInterior, Collectors.mapping(Value::name, Collectors.toCollection(ArrayList::new))));
        assertThat(names.get(true)).containsExactly("model.1.cv1.conv", "model.1.m.conv", "model.2.cv1.conv");
        assertThat(segments.convolutions().stream().filter(segments::isFirst).map(Value::name))
                .containsExactly("model.0.conv");
        assertThat(segments.names()).containsExactly("images.float", "model.0", "model.1", "model.2", "head.box0",
                "head.cls0");
    }

    /// The other direction is asserted in every search of every test: what is refused is never acceptable.
    @Test
    void savedOutputsThatRaiseThePeakNeedNoEvaluation() {
        var step = new StepNodes(CheckpointSegments.of(step(Policy.OFF)), SIDE_STREAM);
        NodeSequence recomputing = new Rematerializer(step, node -> true, segment -> false).run();
        long[] live = recomputing.liveBytes();
        int loss = IntStream.range(0, step.count()).filter(step::isEarly).max().orElseThrow();
        var bytes = new SavedBytes(step, recomputing, live);
        for (Value output : step.segments().convolutions()) {
            NodeSequence saving = new Rematerializer(step, node -> step.outputs(node)[0] != output.id(),
                    segment -> false).run();
            long peak = Arrays.stream(saving.liveBytes()).max().orElseThrow();
            assertThat(bytes.exceeds(peak, List.of(output))).as("%s within its memory", output).isFalse();
            // not outputs of the head, which the loss reads, nor the first: nothing else reads the images
            assertThat(bytes.exceeds(live[loss], List.of(output))).as("%s at the end of the loss", output)
                    .isEqualTo(output.name().contains("cv") || output.name().contains(".m"));
        }
        assertThat(bytes.exceeds(0, List.of())).as("no output").isFalse();
    }
}

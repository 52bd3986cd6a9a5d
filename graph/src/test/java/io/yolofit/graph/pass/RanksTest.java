package io.yolofit.graph.pass;

import static io.yolofit.graph.testing.Vectors.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.RankBatches;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.graph.testing.TrainingInputs;
import io.yolofit.testkit.Golden;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Ranks that share a batch train as one device with the whole batch.
class RanksTest {
    private static final double CLOSE = 1e-8;
    private static final int CAPACITY = 20;
    private static final int CLASSES = 2;
    private static final List<BranchLoss> LOSS = Nets.losses(List.of(4, 8), true);

    /// Slow links, so that gradients have several buckets, and fast ones.
    private static Ranks ranks(int count, boolean slow) {
        return new Ranks(count, true, slow ? 1 : 1e12, slow ? 0 : 1);
    }

    private static Graph forward(long images) {
        Nets nets = new Nets();
        Value x = nets.block("model.0", nets.images(images, 32, 32), 8, 3, 2);
        x = nets.block("model.1.cv1", x, 8, 3, 2);
        Value half = nets.op("model.1.half", new Slice.Forward(4, 4), x);
        Value inner = nets.block("model.1.m", half, 4, 3, 1);
        Value sum = nets.op("model.1.add", new Add(), half, inner);
        Value high = nets.block("model.1.cv2", nets.op("model.1.join", new Concat(), x, sum), 8, 1, 1);
        x = nets.block("model.2.cv1", high, 16, 3, 2);
        x = nets.norm("model.2.cv2.bn", nets.conv("model.2.cv2.conv", x, 16, 1, Window.of(1, 0)),
                Activation.IDENTITY);
        nets.head(0, high, CLASSES);
        nets.head(1, x, CLASSES);
        return nets.build();
    }

    private static StateLayout layout() {
        return StateLayout.of(forward(1), name -> false);
    }

    private static Graph training(long images, DType precision, Update.Rule rule, Policy policy, Ranks ranks) {
        return Pipeline.training(forward(images), layout(), LOSS, CAPACITY, precision, rule, policy,
                WorkspaceModel.none(), ranks);
    }

    private static Map<String, double[]> inputs(Seed seed, int images) {
        Map<String, double[]> inputs = new HashMap<>();
        TrainingInputs.state(layout(), seed, inputs);
        TrainingInputs.batch(forward(images), CLASSES, CAPACITY, seed, inputs);
        inputs.put("scalars", TrainingInputs.scalars(seed));
        inputs.put("scaler", new double[] {1024, 5, 3});
        return inputs;
    }

    static Stream<Arguments> groups() {
        return Stream.of(List.of(2, 2), List.of(3, 1), List.of(1, 2, 1, 1)).flatMap(images -> Stream.of(Policy.values())
                .flatMap(policy -> Stream.of(false, true).map(slow -> Arguments.of(images, policy, slow))));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void aStepEqualsThatOfOneDevice(List<Integer> images, Policy policy, boolean slow) {
        int whole = images.stream().mapToInt(Integer::intValue).sum();
        Map<String, double[]> inputs = inputs(new Seed(whole), whole);
        Evaluation expected = Interpreter.run(training(whole, DType.F16, Update.Rule.ADAMW, policy, Ranks.ONE),
                inputs);
        List<Graph> graphs = images.stream().map(size ->
                training(size, DType.F16, Update.Rule.ADAMW, policy, ranks(images.size(), slow))).toList();
        List<Evaluation> actual = Interpreter.run(graphs, RankBatches.slices(inputs, images));
        for (Evaluation rank : actual) {
            for (String output : List.of("items", "norm")) {
                assertClose(rank.output(output), expected.output(output), CLOSE, output);
            }
            for (String state : List.of("parameters", "statistics", "ema", "moment0", "moment1", "scaler")) {
                assertClose(rank.state(state), expected.state(state), CLOSE, state);
                assertThat(rank.state(state)).as(state + " of all ranks").isEqualTo(actual.getFirst().state(state));
            }
        }
    }

    @Test
    void accumulatedGradientsAreSummedByTheUpdateOnly() {
        List<Integer> images = List.of(1, 2);
        Ranks two = ranks(2, true);
        Map<String, double[]> inputs = inputs(new Seed(8), 3);
        inputs.put("gradients", new double[inputs.get("gradients").length]);
        Evaluation sum = Interpreter.run(training(3, DType.F32, null, Policy.OFF, Ranks.ONE), inputs);
        List<Evaluation> sums = Interpreter.run(
                images.stream().map(size -> training(size, DType.F32, null, Policy.OFF, two)).toList(),
                RankBatches.slices(inputs, images));
        inputs.put("gradients", sum.state("gradients"));
        List<Map<String, double[]>> own = sums.stream().map(rank -> {
            Map<String, double[]> more = new HashMap<>(inputs);
            more.put("gradients", rank.state("gradients"));
            return more;
        }).toList();
        assertThat(own.getFirst().get("gradients")).isNotEqualTo(own.getLast().get("gradients"));
        Evaluation expected = Interpreter.run(Pipeline.update(layout(), Update.Rule.SGD, DType.F32), inputs);
        Graph update = Pipeline.update(layout(), Update.Rule.SGD, DType.F32, two);
        for (Evaluation rank : Interpreter.run(List.of(update, update), own)) {
            for (String state : List.of("parameters", "ema", "moment0", "gradients")) {
                assertClose(rank.state(state), expected.state(state), CLOSE, state);
            }
        }
    }

    @Test
    void withOwnStatisticsParametersAreStillThoseOfAllRanks() {
        List<Integer> images = List.of(2, 2);
        Ranks own = new Ranks(2, false, 1, 0);
        Map<String, double[]> inputs = inputs(new Seed(9), 4);
        List<Graph> graphs = images.stream().map(size ->
                training(size, DType.F32, Update.Rule.SGD, Policy.OFF, own)).toList();
        assertThat(graphs.getFirst().nodes()).filteredOn(node -> node.op() instanceof BnAct.Forward).hasSize(6);
        List<Evaluation> ranks = Interpreter.run(graphs, RankBatches.slices(inputs, images));
        for (String state : List.of("parameters", "moment0")) {
            assertThat(ranks.getLast().state(state)).as(state).isEqualTo(ranks.getFirst().state(state));
        }
        assertThat(ranks.getLast().output("items")).isEqualTo(ranks.getFirst().output("items"));
        assertThat(ranks.getLast().state("statistics")).isNotEqualTo(ranks.getFirst().state("statistics"));
    }

    /// Batches of different sizes may be compiled to different recomputations.
    @Seeds(30)
    void allRanksExchangeInTheSameOrder(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        List<List<String>> orders = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            orders.add(exchanges(model.training(DType.F32, Update.Rule.SGD, policy, ranks(2, true))));
        }
        assertThat(orders).allMatch(orders.getFirst()::equals);
    }

    private static List<String> exchanges(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof AllReduce).map(Node::name).toList();
    }

    @Test
    void bucketsAreSummedWhileTheBackwardPassRuns() {
        Graph graph = training(2, DType.F32, Update.Rule.SGD, Policy.OFF, ranks(2, true));
        assertThat(exchanges(graph).stream().filter(name -> name.startsWith("gradients")))
                .containsExactly("gradients.weights2", "gradients.weights1", "gradients.weights0",
                        "gradients.vectors");
        List<String> order = exchanges(graph);
        assertThat(order.indexOf("gradients.weights2")).isLessThan(order.lastIndexOf("model.1.m.conv.grad.all_sums"));
        Graph fast = training(2, DType.F32, Update.Rule.SGD, Policy.OFF, ranks(2, false));
        assertThat(exchanges(fast)).endsWith("gradients.all").hasSize(2 * 6 + 2 + 1);
    }

    @Test
    void aGivenNumberOfBucketsReplacesThePlannedOne() {
        Ranks slow = ranks(2, true);
        assertThat(slow.withBuckets(8).buckets(1)).isEqualTo(8);
        assertThatThrownBy(() -> slow.withBuckets(0)).hasMessage("0 buckets: there is at least 1");
        Map<Integer, Integer> numbers = new HashMap<>();
        for (int number : new int[] {1, 2, 3, 5}) {
            numbers.put(number, (int) exchanges(training(2, DType.F32, Update.Rule.SGD, Policy.OFF,
                    slow.withBuckets(number))).stream().filter(name -> name.startsWith("gradients")).count());
        }
        assertThat(numbers).isEqualTo(Map.of(1, 1, 2, 2, 3, 3, 5, 5));
    }

    @Test
    void gradientsAreWrittenDirectlyIntoOneBuffer() {
        Graph graph = training(2, DType.F32, Update.Rule.SGD, Policy.OFF, ranks(2, true));
        Program program = Program.of(graph, WorkspaceModel.none());
        Value gradients = graph.nodes().stream().filter(node -> node.name().equals("gradients.packed")).findFirst()
                .orElseThrow().output(0);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Flat.Pack && node.name().startsWith("gradients")) {
                assertThat(program.assignment().isFree(node)).as(node.name()).isTrue();
                assertThat(program.assignment().of(node.output(0)).root()).isSameAs(gradients);
            }
        }
    }

    @Test
    void oneRankHasNoExchange() {
        Graph graph = training(2, DType.F32, Update.Rule.SGD, Policy.OFF, Ranks.ONE);
        assertThat(exchanges(graph)).isEmpty();
        for (var pass : List.of(new ReduceGradients(layout(), Ranks.ONE), new SynchronizeLoss(Ranks.ONE),
                new SynchronizeBatchNorm(Ranks.ONE))) {
            assertThat(pass.run(graph)).isSameAs(graph);
        }
    }

    @Test
    void golden() {
        Golden.check("ranks_sgd.ir", Pipeline.training(TinyModel.forward(), TinyModel.layout(), TinyModel.LOSS,
                TinyModel.CAPACITY, DType.F32, Update.Rule.SGD, Policy.OFF, WorkspaceModel.none(), ranks(2, true)));
        Golden.check("ranks_update.ir",
                Pipeline.update(TinyModel.layout(), Update.Rule.SGD, DType.F32, ranks(2, true)));
    }

    @Test
    void theInterpreterRefusesAnIncompleteGroup() {
        Graph graph = training(1, DType.F32, Update.Rule.SGD, Policy.OFF, ranks(2, true));
        Map<String, double[]> inputs = inputs(new Seed(1), 1);
        assertThatThrownBy(() -> Interpreter.run(graph, inputs)).hasMessageContaining("2 ranks, but 1 run");
        Graph other = training(1, DType.F32, Update.Rule.SGD, Policy.OFF, ranks(2, false));
        assertThatThrownBy(() -> Interpreter.run(List.of(graph, other), List.of(inputs, inputs)))
                .hasMessageContaining("rank 0 is at gradients.weights2, but rank 1 is at");
    }

    @Test
    void linksDecideTheNumberOfBuckets() {
        long bytes = 44_000_000;
        assertThat(new Ranks(2, true, 200e9, 15e-6).buckets(bytes)).isEqualTo(4);
        assertThat(new Ranks(2, true, 10e9, 15e-6).buckets(bytes)).isEqualTo(4);
        assertThat(new Ranks(2, true, 200e9, 15e-6).buckets(1000)).isEqualTo(1);
        assertThatThrownBy(() -> new Ranks(0, true)).hasMessage("0 ranks: there is at least 1");
        assertThatThrownBy(() -> new AllReduce(1)).hasMessageContaining("takes at least 2");
        assertThat(Arrays.stream(new double[] {1e6}).map(new Ranks(2, true, 1e9, 1e-5)::seconds)).containsExactly(
                1e-5 + 1e-3);
    }
}

package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.head.HeadOutputs;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.graph.testing.TrainingInputs;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferentiateTest {
    private static final double STEP = 1e-6;

    /// The loss holds soft targets constant, so differences are taken of `<gradient of the logits, logits>`, with the
    /// gradient at the original parameters; the gradient of the loss itself has its own test.
    @Seeds(25)
    void gradientsOfWholeNetsMatchFiniteDifferences(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Map<String, double[]> inputs = new HashMap<>(model.inputs());
        StepScalar.LOSS_SCALE.set(inputs.get("scalars"), 1);
        Graph training = model.training(DType.F32, null);
        Evaluation step = Interpreter.run(training, inputs);
        double[] gradients = Vectors.moved(step.output("gradients"), -1, inputs.get("gradients"));
        double[] direction = Arrays.copyOf(seed.normal(gradients.length), inputs.get("parameters").length);

        Graph forward = FlattenState.training(model.layout())
                .run(FoldNormalization.frozen(model.layout()).run(model.net().forward()));
        Node loss = training.nodes().stream().filter(node -> node.op() instanceof DetectionLoss).findFirst()
                .orElseThrow();
        double plus = project(forward, inputs, STEP, direction, loss, step);
        double minus = project(forward, inputs, -STEP, direction, loss, step);
        double expected = Vectors.dot(gradients, Arrays.copyOf(direction, gradients.length));
        double size = Math.sqrt(Vectors.dot(gradients, gradients));
        assertThat(size).isPositive();
        Vectors.assertClose(expected / size, (plus - minus) / (2 * STEP) / size, 1e-6, "the directional derivative");
    }

    private static double project(Graph forward, Map<String, double[]> inputs, double step, double[] direction,
            Node loss, Evaluation evaluation) {
        Map<String, double[]> moved = new HashMap<>(inputs);
        moved.put("parameters", Vectors.moved(inputs.get("parameters"), step, direction));
        Evaluation heads = Interpreter.run(forward, moved);
        double sum = 0;
        for (int i = 1; i < loss.outputs().size(); i++) {
            int level = (i - 1) / 2;
            String name = i % 2 == 1 ? Nets.HEAD.box(level) : Nets.HEAD.cls(level);
            sum += Vectors.dot(evaluation.of(loss.output(i)), heads.output(name));
        }
        return sum;
    }

    @Seeds(5)
    void gradientsAccumulateOverTwoSteps(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Map<String, double[]> first = new HashMap<>(model.inputs());
        first.put("gradients", new double[(int) model.layout().trainableCount()]);
        Map<String, double[]> second = new HashMap<>(first);
        second.put("images", Arrays.stream(first.get("images")).map(pixel -> 255 - pixel).toArray());
        Graph training = model.training(DType.F32, null);
        double[] ofFirst = Interpreter.run(training, first).state("gradients");
        double[] ofSecond = Interpreter.run(training, second).state("gradients");
        second.put("gradients", ofFirst);
        Vectors.assertClose(Interpreter.run(training, second).state("gradients"), Vectors.moved(ofFirst, 1, ofSecond),
                1e-9, "the sum");
    }

    /// A whole step equals an accumulating step from zero, followed by an update.
    @Seeds(8)
    void stepEqualsAccumulationFollowedByUpdate(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Update.Rule rule = seed.pick(List.of(Update.Rule.values()));
        Map<String, double[]> inputs = new HashMap<>(model.inputs());
        inputs.put("gradients", new double[(int) model.layout().trainableCount()]);
        Evaluation whole = Interpreter.run(model.training(DType.F32, rule), inputs);
        Evaluation pass = Interpreter.run(model.training(DType.F32, null), inputs);
        assertThat(pass.output("items")).containsExactly(whole.output("items"));
        inputs.put("gradients", pass.state("gradients"));
        inputs.put("statistics", pass.state("statistics"));
        Evaluation update = Interpreter.run(model.update(DType.F32, rule), inputs);
        for (String state : List.of("parameters", "ema", "moment0")) {
            Vectors.assertClose(update.state(state), whole.state(state), 1e-12, state);
        }
        assertThat(update.state("gradients")).containsOnly(0);
    }

    @Test
    void gradientsOfParametersWithSeveralReadersAreSummed() {
        Nets nets = new Nets();
        Value x = nets.images(1, 8, 8);
        Value w = nets.builder().input("shared.weight",
                TensorType.of(DType.F32, 3, 3, 3, 3), Role.PARAMETER);
        Conv2d.Forward conv = new Conv2d.Forward(Window.of(1, 1));
        Value y = nets.op("second", conv, nets.op("first", conv, x, w), w);
        nets.head(0, y, 2);
        Graph forward = nets.build();
        StateLayout layout = StateLayout.of(forward, name -> false);
        Graph graph = Pipeline.training(forward, layout, TinyModel.LOSS_AT_STRIDE_1, 1, DType.F32, null,
                Recompute.Policy.OFF);
        List<Node> ofShared = graph.nodes().stream().filter(node -> node.op() instanceof Conv2d.WeightGrad grad
                && grad.w().equals(w.shape())).toList();
        assertThat(ofShared).hasSize(2).allMatch(node -> node.inputs().size() == 3);
        assertThat(ofShared.get(1).input(2)).isSameAs(ofShared.get(0).output(0));
    }

    /// Two branches read one block, the second one detached: the gradients of the block are those of the first branch
    /// alone, times its weight, and each branch has its own gradients, times its weight.
    @Test
    void detachedBranchTrainsOnlyItself() {
        Evaluation both = step(List.of("many", "one"));
        Evaluation many = step(List.of("many"));
        assertThat(both.output("items")).startsWith(many.output("items")).hasSize(6);
        StateLayout layout = StateLayout.of(twoBranches(List.of("many", "one")), name -> false);
        StateLayout alone = StateLayout.of(twoBranches(List.of("many")), name -> false);
        alone.parameters().forEach((name, slot) -> Vectors.assertClose(slice(both, layout.parameters().get(name)),
                slice(many, slot), 1e-12, name));
        assertThat(slice(both, layout.parameters().get("one.box.weight"))).isNotEqualTo(new double[3 * 16]);
    }

    private static double[] slice(Evaluation evaluation, StateLayout.Slot slot) {
        return Arrays.copyOfRange(evaluation.output("gradients"), (int) slot.offset(), (int) slot.end());
    }

    private static Graph twoBranches(List<String> branches) {
        Nets nets = new Nets();
        Value x = nets.block("block", nets.images(1, 8, 8), 3, 3, 1);
        for (String branch : branches) {
            HeadOutputs outputs = new HeadOutputs(branch);
            Value features = branch.equals("one") ? nets.op("one", new Detach(), x) : x;
            nets.builder().output(outputs.box(0), nets.biasedConv(branch + ".box", features, 4, 1, Window.of(1, 0)));
            nets.builder().output(outputs.cls(0), nets.biasedConv(branch + ".cls", features, 2, 1, Window.of(1, 0)));
        }
        return nets.build();
    }

    private static Evaluation step(List<String> branches) {
        Graph forward = twoBranches(branches);
        StateLayout layout = StateLayout.of(forward, name -> false);
        DetectionLoss loss = DetectionLoss.of(List.of(1), 1, true);
        List<BranchLoss> losses = List.of(
                new BranchLoss("many", loss.with(new BranchWeight.Scheduled(StepScalar.ONE_TO_MANY))),
                new BranchLoss("one", loss.with(Assignment.ONE_TO_ONE).with(new BranchWeight.Fixed(.5))));
        Map<String, double[]> inputs = new HashMap<>();
        layout.parameters().forEach((name, slot) -> inputs.put(name, new Seed(name.hashCode())
                .normal(slot.shape().count())));
        double[] parameters = new double[(int) layout.parameterCount()];
        layout.parameters().forEach((name, slot) -> System.arraycopy(inputs.get(name), 0, parameters,
                (int) slot.offset(), (int) slot.shape().count()));
        TrainingInputs.state(layout, new Seed(1), inputs);
        inputs.put("parameters", parameters);
        inputs.put("gradients", new double[(int) layout.trainableCount()]);
        double[] statistics = new double[(int) layout.statisticCount()];
        Arrays.fill(statistics, 1);
        inputs.put("statistics", statistics);
        TrainingInputs.batch(forward, 2, 4, new Seed(2), inputs);
        inputs.put("scalars", TrainingInputs.scalars(new Seed(3)));
        return Interpreter.run(Pipeline.training(forward, layout, losses.subList(0, branches.size()), 4, DType.F32,
                null, Recompute.Policy.DEFAULT), inputs);
    }

    @Test
    void frozenParametersHaveNoGradientNodes() {
        StateLayout layout = TinyModel.layoutWithFrozenFirstBlock();
        Graph graph = Pipeline.training(TinyModel.forward(), layout, TinyModel.LOSS, TinyModel.CAPACITY, DType.F32,
                null, Recompute.Policy.OFF);
        assertThat(graph.output("gradients").shape().count()).isEqualTo(layout.trainableCount());
        assertThat(graph.nodes()).noneMatch(node -> node.name().startsWith("model.0.") && node.name().contains("grad"));
        assertThat(graph.nodes().stream().filter(node -> node.op() instanceof Conv2d.DataGrad)).as("of the head")
                .hasSize(2);
    }

    @Test
    void accumulatingOpsNeedNoAdd() {
        Graph graph = Pipeline.training(TinyModel.forward(), TinyModel.layout(), TinyModel.LOSS, TinyModel.CAPACITY,
                DType.F32, Update.Rule.SGD, Recompute.Policy.OFF);
        assertThat(graph.nodes().stream().filter(node -> node.op() instanceof Add)).isEmpty();
    }

    /// [AccumulateVectors] leaves one sum for each range of parameters whose gradients cannot accumulate.
    @Test
    void normalizationsAccumulateInOneSumForAdjacentParameters() {
        Graph graph = Pipeline.training(TinyModel.forward(), TinyModel.layout(), TinyModel.LOSS, TinyModel.CAPACITY,
                DType.F32, null, Recompute.Policy.OFF);
        long normalizations = graph.nodes().stream().filter(node -> node.op() instanceof BnAct.Gradient).count();
        List<Node> sums = graph.nodes().stream().filter(node -> node.op() instanceof Add).toList();
        assertThat(normalizations).isEqualTo(2);
        assertThat(sums).hasSizeLessThanOrEqualTo(2);
        assertThat(sums.stream().mapToLong(sum -> sum.output(0).shape().count()).sum()).isEqualTo(
                graph.nodes().stream().filter(node -> node.op() instanceof BnAct.Gradient)
                        .mapToLong(node -> 2 * node.output(1).shape().count()).sum());
    }

    @Test
    void errorNamesParameterWithoutGradient() {
        Nets nets = new Nets();
        Value x = nets.images(1, 8, 8);
        nets.builder().output("extra", nets.biasedConv("idle", x, 3, 1, Window.of(1, 0)));
        nets.head(0, x, 2);
        Graph forward = nets.build();
        StateLayout layout = StateLayout.of(forward, name -> false);
        for (Update.Rule rule : Arrays.asList(null, Update.Rule.SGD)) {
            assertThatThrownBy(() -> Pipeline.training(forward, layout, TinyModel.LOSS_AT_STRIDE_1, 1, DType.F32, rule,
                    Recompute.Policy.OFF))
                    .hasMessage("the loss does not depend on parameter idle.weight");
        }
    }
}

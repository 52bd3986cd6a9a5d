package io.yolofit.graph.recompute;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.pass.AttachLoss;
import io.yolofit.graph.pass.Differentiate;
import io.yolofit.graph.pass.DropOutputs;
import io.yolofit.graph.pass.FlattenState;
import io.yolofit.graph.pass.FuseResidual;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.RandomNet;
import io.yolofit.testkit.Golden;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FuseRecomputeTest {
    private static final BnAct.Apply APPLY = new BnAct.Apply(Activation.SILU);
    private static final BnAct.Gradient GRADIENT = new BnAct.Gradient(Activation.SILU);
    private static final Window WINDOW = Window.of(1, 1);

    private final GraphBuilder builder = new GraphBuilder();
    private final Value y = image("y", 4);
    private final Value dz = op(new Add(), image("left", 4), image("right", 4)); // dies with its last reader
    private final Value v = builder.input("v", TensorType.of(DType.F32, 4, 3, 3, 4), Role.PARAMETER);
    private final Value gamma = vector("gamma");
    private final Value beta = vector("beta");
    private final Value mean = vector("mean");
    private final Value invstd = vector("invstd");

    private Value image(String name, long channels) {
        return builder.input(name, TensorType.of(DType.F32, 1, 8, 8, channels), Role.ACTIVATION);
    }

    private Value vector(String name) {
        return builder.input(name, TensorType.of(DType.F32, 4), Role.PARAMETER);
    }

    private Value op(Op op, Value... operands) {
        return builder.emit(op, op.name(), Role.ACTIVATION, operands).getFirst();
    }

    private Value recomputed(BnAct.Apply apply) {
        return builder.emit(apply, "bn" + Rematerializer.SUFFIX, Role.ACTIVATION, y, gamma, beta, mean,
                invstd).getFirst();
    }

    private void weightGradient(String name, Value a) {
        builder.output(name, op(new Conv2d.WeightGrad(WINDOW, v.shape()), a, dz));
    }

    private Value dataGradient() {
        return op(new Conv2d.DataGrad(WINDOW, y.shape()), dz, v);
    }

    private void gradient(Value da) {
        builder.output("dy", op(GRADIENT, da, y, gamma, beta, mean, invstd));
    }

    private static Graph fuse(Graph graph) {
        Graph fused = new FuseRecompute(Policy.DEFAULT).run(graph);
        Verifier.verify(fused);
        return fused;
    }

    private void assertDoesNotFire() {
        Graph graph = builder.build();
        Verifier.verify(graph);
        assertThat(fuse(graph)).isSameAs(graph);
    }

    private static long count(Graph graph, Class<?> op) {
        return graph.nodes().stream().filter(node -> op.isInstance(node.op())).count();
    }

    private static List<Node> recomputing(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof BnAct.Gradient op && op.recompute()).toList();
    }

    @Test
    void gradientRecomputesTheActivation() {
        weightGradient("dv", recomputed(APPLY));
        gradient(dataGradient());
        Golden.check("fuse_recompute.ir", fuse(builder.build()));
    }

    @Test
    void oneGradientServesAllDirectAndIndirectReaders() {
        weightGradient("dv", recomputed(APPLY));
        Value recomputed = recomputed(APPLY);
        weightGradient("dw", recomputed);
        builder.output("dt", op(new Conv2d.WeightGrad(WINDOW, v.shape()),
                op(new Concat(), op(new Slice.Forward(2, 2), recomputed), op(new Slice.Forward(0, 2), recomputed)),
                dz));
        gradient(dataGradient());
        Graph fused = fuse(builder.build());
        assertThat(recomputing(fused)).hasSize(1);
        assertThat(count(fused, BnAct.Apply.class)).isZero();
        assertThat(fused.readers(recomputing(fused).getFirst().output(BnAct.Gradient.RECOMPUTED))).hasSize(4);
    }

    @Test
    void firesForDefaultOnly() {
        weightGradient("dv", recomputed(APPLY));
        gradient(dataGradient());
        Graph graph = builder.build();
        assertThat(new FuseRecompute(Policy.OFF).run(graph)).isSameAs(graph);
        assertThat(new FuseRecompute(Policy.MAX).run(graph)).isSameAs(graph);
        assertThat(new FuseRecompute(Policy.DEFAULT).run(graph)).isNotSameAs(graph);
    }

    @Test
    void doesNotFireIfTheGradientDependsOnTheActivation() {
        Value recomputed = recomputed(APPLY);
        weightGradient("dv", recomputed);
        gradient(op(new MaxPool.Gradient(3, 1, 1), recomputed, dz));
        assertDoesNotFire();
    }

    @Test
    void doesNotFireWithAResidual() {
        weightGradient("dv", builder.emit(APPLY, "recomputed", Role.ACTIVATION, y, gamma, beta, mean, invstd, dz)
                .getFirst());
        gradient(dataGradient());
        assertDoesNotFire();
    }

    @Test
    void doesNotFireWithACopy() {
        weightGradient("dv", recomputed(APPLY.with(new BnAct.Copy(0, 2))));
        gradient(dataGradient());
        assertDoesNotFire();
    }

    @Test
    void doesNotFireOnAnotherNormalization() {
        weightGradient("dv", builder.emit(APPLY, "recomputed", Role.ACTIVATION, y, gamma, beta, invstd, mean)
                .getFirst());
        weightGradient("dw", recomputed(new BnAct.Apply(Activation.IDENTITY)));
        gradient(dataGradient());
        assertDoesNotFire();
    }

    @Test
    void doesNotFireAcrossAnotherGradient() {
        weightGradient("dv", recomputed(APPLY));
        builder.output("other", op(GRADIENT, dz, image("x", 4), gamma, beta, mean, invstd));
        gradient(dataGradient());
        assertDoesNotFire();
    }

    /// Fusion would keep dz live together with the wide tensor.
    @Test
    void doesNotFireIfThePeakWouldRise() {
        weightGradient("dv", recomputed(APPLY));
        Value da = dataGradient();
        Value wide = op(new Concat(), da, da, da, da, da, da, da, da);
        gradient(op(new Slice.Forward(0, 4), op(new MaxPool.Forward(3, 1, 1), wide)));
        assertDoesNotFire();
    }

    @Seeds(60)
    void resultsOfAStepAreUnchangedAndItsPeakDoesNotRise(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph apart = recomputed(model, seed.pick(List.of(Policy.DEFAULT, Policy.MAX)));
        Graph fused = fuse(apart);
        Evaluation expected = Interpreter.run(apart, model.inputs());
        Evaluation actual = Interpreter.run(fused, model.inputs());
        expected.outputs().forEach((name, elements) ->
                assertThat(actual.output(name)).as(name).containsExactly(elements));
        for (Value input : apart.inputs()) {
            assertThat(actual.state(input.name())).as(input.name()).containsExactly(expected.state(input.name()));
        }
        for (Node node : recomputing(fused)) {
            assertThat(actual.of(node.output(BnAct.Gradient.RECOMPUTED))).as(node.name())
                    .containsExactly(actual.of(node.input(4).producer().output(0)));
        }
        assertThat(MemoryPlan.lowerBound(fused)).isLessThanOrEqualTo(MemoryPlan.lowerBound(apart));
    }

    private static Graph recomputed(RandomModel model, Policy policy) {
        Graph loss = new DropOutputs(Set.of("items", "statistics")::contains).run(new AttachLoss(model.net().loss(true),
                RandomNet.CAPACITY).run(FlattenState.training(model.layout()).run(model.net().forward())));
        return new Recompute(policy).run(new Differentiate(model.layout(), true).run(new FuseResidual().run(loss)));
    }

    @Test
    void manyRandomNetsHaveRecomputingGradients() {
        int nets = 0;
        for (int i = 0; i < 60; i++) {
            nets += recomputing(RandomModel.wild(new Seed(i)).training(DType.F32, Update.Rule.SGD, Policy.DEFAULT))
                    .isEmpty() ? 0 : 1;
        }
        assertThat(nets).isGreaterThan(20);
    }
}

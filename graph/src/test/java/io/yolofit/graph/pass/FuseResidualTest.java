package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.RandomNet;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The graph that the pass writes is in [GoldenTest].
class FuseResidualTest {
    private final Nets nets = new Nets();
    private final Value x = nets.block("x", nets.images(1, 8, 8), 4, 3, 1);
    private final Value y = nets.conv("y", x, 4, 3, Window.of(1, 1));

    private int norms;

    private Value norm() {
        return nets.norm("norm" + norms++, y, Activation.SILU);
    }

    private Value sum(Value left, Value right) {
        return nets.op("sum", new Add(), left, right);
    }

    private Graph fused() {
        Graph graph = nets.build();
        Graph fused = new FuseResidual().run(graph);
        Verifier.verify(fused);
        return fused == graph ? null : fused;
    }

    private static long sums(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Add).count();
    }

    @Test
    void firesOnEitherOperand() {
        nets.builder().output("left", sum(norm(), x));
        nets.builder().output("right", sum(x, norm()));
        nets.builder().output("convolution", sum(y, norm()));
        Graph fused = fused();
        assertThat(sums(fused)).isZero();
        assertThat(fused.output("right").producer().inputs()).last().isSameAs(
                fused.output("left").producer().inputs().getLast());
        assertThat(fused.output("convolution").producer().input(0))
                .isSameAs(fused.output("convolution").producer().inputs().getLast());
    }

    @Test
    void addsTheEarlierOfTwoNormalizationsToTheLater() {
        Value earlier = norm();
        Value later = norm();
        nets.builder().output("sum", sum(later, earlier));
        Graph fused = fused();
        assertThat(sums(fused)).isZero();
        assertThat(fused.output("sum").producer().inputs().getLast().producer().op())
                .isInstanceOf(BnAct.Forward.class);
    }

    @Test
    void doesNotFireIfTheResultHasAnotherReader() {
        Value a = norm();
        nets.builder().output("sum", sum(x, a));
        nets.builder().output("other", nets.op("other", new Silu.Forward(), a));
        assertThat(fused()).isNull();
    }

    @Test
    void doesNotFireOnAGraphOutput() {
        Value a = norm();
        nets.builder().output("sum", sum(x, a));
        nets.builder().output("a", a);
        assertThat(fused()).isNull();
    }

    @Test
    void doesNotFireOnASumOfAResultWithItself() {
        Value a = norm();
        nets.builder().output("sum", sum(a, a));
        assertThat(fused()).isNull();
    }

    @Test
    void doesNotFireIfTheResidualIsComputedLater() {
        Value a = norm();
        nets.builder().output("sum", sum(nets.op("later", new Silu.Forward(), x), a));
        assertThat(fused()).isNull();
    }

    @Test
    void doesNotFireIfTheResidualIsReadInBetween() {
        Value a = norm();
        nets.builder().output("other", nets.op("other", new Silu.Forward(), x));
        nets.builder().output("sum", sum(x, a));
        assertThat(fused()).isNull();
    }

    /// Bit for bit, including gradients, and without additional memory.
    @Seeds(60)
    void resultsOfAStepAreUnchanged(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph folded = FoldNormalization.frozen(model.layout()).run(model.net().forward());
        Graph loss = new DropOutputs(Set.of("items", "statistics")::contains).run(new AttachLoss(model.net().loss(true),
                RandomNet.CAPACITY).run(FlattenState.training(model.layout()).run(folded)));
        Graph apart = new Differentiate(model.layout(), true).run(loss);
        Graph fused = new Differentiate(model.layout(), true).run(new FuseResidual().run(loss));
        Evaluation expected = Interpreter.run(apart, model.inputs());
        Evaluation actual = Interpreter.run(fused, model.inputs());
        expected.outputs().forEach((name, elements) ->
                assertThat(actual.output(name)).as(name).containsExactly(elements));
        assertThat(MemoryPlan.lowerBound(fused)).isLessThanOrEqualTo(MemoryPlan.lowerBound(apart));
    }

    @Test
    void manyRandomNetsHaveResiduals() {
        int fused = 0;
        for (int i = 0; i < 40; i++) {
            fused += RandomModel.wild(new Seed(i)).training(DType.F32, null).nodes().stream()
                    .anyMatch(node -> node.op() instanceof BnAct.Forward && BnAct.hasResidual(node)) ? 1 : 0;
        }
        assertThat(fused).isGreaterThan(8);
    }
}

package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.RandomNet;
import io.yolofit.testkit.Golden;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FuseCopyTest {
    private final Nets nets = new Nets();
    private final Value a = nets.block("a", nets.images(1, 8, 8), 8, 3, 1);

    private Value slice(int offset) {
        return nets.op("slice" + offset, new Slice.Forward(offset, 4), a);
    }

    private Value conv(String name, Value x) {
        return nets.conv(name, x, 4, 3, Window.of(1, 1));
    }

    private void output(Value value) {
        nets.builder().output(value.name(), value);
    }

    private static long slices(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Slice.Forward).count();
    }

    private static long copies(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op() instanceof BnAct.Result norm && !norm.copy().isNone()).count();
    }

    @Test
    void normalizationWritesThePackedChannelsOfAConvolution() {
        Value half = slice(4);
        output(nets.op("join", new Concat(), a, conv("inner", half), half));
        Golden.check("fuse_copy_slice.ir", new FuseCopy().run(nets.build()));
    }

    @Test
    void takesOneOfTwoSlices() {
        Value first = slice(4);
        output(conv("left", first));
        output(conv("right", slice(0)));
        Graph fused = new FuseCopy().run(nets.build());
        Verifier.verify(fused);
        assertThat(copies(fused)).isEqualTo(1);
        assertThat(slices(fused)).isEqualTo(1);
    }

    @Test
    void doesNotFireOnAView() {
        output(nets.op("silu", new Silu.Forward(), slice(4)));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireIfTheSliceDoesNotFollowDirectly() {
        output(conv("between", a));
        output(conv("inner", slice(4)));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireOnASliceOfAnotherOp() {
        Value pixels = nets.op("silu", new Silu.Forward(), a);
        output(conv("inner", nets.op("slice", new Slice.Forward(4, 4), pixels)));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    private Value block(String name, Value x) {
        return nets.block(name, x, 8, 3, 1);
    }

    private static int whole(Graph graph) {
        return (int) graph.nodes().stream().filter(node -> node.op() instanceof BnAct.Result norm
                && norm.copy().channels() == node.output(0).shape().channels()).count();
    }

    @Test
    void normalizationWritesItsPartOfAConcatAndThePackedResult() {
        Value first = nets.op("silu", new Silu.Forward(), a);
        Value second = block("second", a);
        Value third = block("third", second);
        output(nets.op("join", new Concat(), first, second, third));
        Golden.check("fuse_copy_concat.ir", new FuseCopy().run(nets.build()));
    }

    @Test
    void copiesForTheFirstOfTwoConcats() {
        Value first = nets.op("silu", new Silu.Forward(), a);
        Value second = nets.block("second", a, 4, 3, 1);
        output(conv("inner", second));
        Value other = nets.op("other", new Silu.Forward(), a);
        output(nets.op("join", new Concat(), first, second));
        output(nets.op("joined", new Concat(), other, second));
        Graph fused = new FuseCopy().run(nets.build());
        Verifier.verify(fused);
        assertThat(whole(fused)).isEqualTo(1);
    }

    @Test
    void doesNotFireOnAPartThatIsInItsSlot() {
        Value first = nets.op("silu", new Silu.Forward(), a);
        output(nets.op("join", new Concat(), first, block("second", a)));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireIfNoEarlierPartIsInTheConcat() {
        Value second = nets.block("second", a, 4, 3, 1);
        output(conv("inner", second));
        output(nets.op("join", new Concat(), nets.op("silu", new Silu.Forward(), second), second));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireOnAPartThatOccursTwice() {
        Value first = nets.op("silu", new Silu.Forward(), a);
        Value second = nets.block("second", a, 4, 3, 1);
        output(conv("inner", second));
        output(nets.op("join", new Concat(), first, second, second));
        Graph graph = nets.build();
        assertThat(new FuseCopy().run(graph)).isSameAs(graph);
    }

    /// Even if the graph is differentiated afterwards, as the pipeline never does; gradients are then summed in another
    /// order.
    @Seeds(60)
    void resultsOfAStepAreUnchanged(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph loss = new DropOutputs(Set.of("items", "statistics")::contains).run(new AttachLoss(model.net().loss(true),
                RandomNet.CAPACITY).run(FlattenState.training(model.layout()).run(model.net().forward())));
        Differentiate differentiate = new Differentiate(model.layout(), true);
        Graph apart = new Recompute(Recompute.Policy.MAX).run(differentiate.run(loss));
        Evaluation expected = Interpreter.run(apart, model.inputs());
        Graph fused = new FuseCopy().run(apart);
        Graph before = differentiate.run(new FuseCopy().run(loss));
        Verifier.verify(fused);
        Evaluation same = Interpreter.run(fused, model.inputs());
        expected.outputs().forEach((name, elements) ->
                assertThat(same.output(name)).as(name).containsExactly(elements));
        Verifier.verify(before);
        Evaluation close = Interpreter.run(before, model.inputs());
        expected.outputs().forEach((name, elements) ->
                assertThat(close.output(name)).as(name).containsExactly(elements, within(1e-9)));
    }

    @Test
    void manyRandomNetsHaveForwardAndRecomputedCopies() {
        int nets = 0;
        int recomputed = 0;
        int parts = 0;
        for (int i = 0; i < 60; i++) {
            Graph graph = RandomModel.wild(new Seed(i)).training(DType.F32, Update.Rule.SGD, Recompute.Policy.MAX);
            nets += copies(graph) > 0 ? 1 : 0;
            parts += whole(graph) > 0 ? 1 : 0;
            recomputed += graph.nodes().stream().anyMatch(node -> node.op() instanceof BnAct.Apply apply
                    && !apply.copy().isNone()) ? 1 : 0;
        }
        assertThat(nets).isGreaterThan(10);
        assertThat(recomputed).isGreaterThan(5);
        assertThat(parts).isGreaterThan(10);
    }
}

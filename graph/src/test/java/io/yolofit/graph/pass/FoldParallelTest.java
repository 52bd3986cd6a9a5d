package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoldParallelTest {
    private final Nets nets = new Nets();
    private final Value x = nets.op("x", new Silu.Forward(), nets.images(1, 8, 6));

    private Value branch(String name, Value input, int kernel, Window window) {
        return nets.norm(name + ".bn", nets.conv(name, input, 6, kernel, window), Activation.IDENTITY);
    }

    private Value sum(Value left, Value right) {
        Value sum = nets.op("sum", new Add(), left, right);
        nets.builder().output("y", nets.op("y", new Silu.Forward(), sum));
        return sum;
    }

    private Graph folded() {
        return FoldNormalization.all().run(nets.build());
    }

    private static long convolutions(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Conv2d).count();
    }

    @Seeds(6)
    void aSumOfConvolutionsIsOneConvolution(Seed seed) {
        int stride = seed.between(1, 2);
        int groups = seed.pick(1, 3);
        int kernel = seed.pick(1, 3);
        Value small = branch("small", x, kernel, new Window(stride, kernel / 2, 1, groups));
        Value large = branch("large", x, 5, new Window(stride, 2, 1, groups));
        boolean first = seed.chance(.5);
        sum(first ? small : large, first ? large : small);
        Graph apart = folded();
        Graph together = new FoldParallel().run(apart);
        Verifier.verify(together);
        assertThat(convolutions(together)).isEqualTo(1);
        Map<String, double[]> inputs = new HashMap<>();
        apart.inputs().forEach(input -> inputs.put(input.name(), seed.uniform(input.shape().count(), .1, 1)));
        Vectors.assertClose(Interpreter.run(together, inputs).output("y"), Interpreter.run(apart, inputs).output("y"),
                1e-9, "y");
    }

    @Test
    void foldsInSinglePrecisionAndRoundsOnce() {
        sum(branch("small", x, 1, Window.of(1, 0)), branch("large", x, 3, Window.of(1, 1)));
        Graph half = new Precision(DType.F16).run(new FoldParallel().run(folded()));
        Verifier.verify(half);
        assertThat(half.nodes()).filteredOn(node -> node.op() instanceof FoldBatchNorm).hasSize(2)
                .allMatch(node -> node.output(0).dtype() == DType.F32);
        assertThat(half.nodes()).filteredOn(node -> node.op() instanceof SumConvolutions).singleElement()
                .matches(node -> node.output(0).dtype() == DType.F16);
    }

    @Test
    void doesNotFireForOtherInputs() {
        Value other = nets.op("other", new Silu.Forward(), x);
        sum(branch("small", x, 1, Window.of(1, 0)), branch("large", other, 3, Window.of(1, 1)));
        Graph apart = folded();
        assertThat(new FoldParallel().run(apart)).isSameAs(apart);
    }

    @Test
    void doesNotFireIfKernelsAreNotCentered() {
        sum(branch("small", x, 1, Window.of(2, 0)), branch("large", x, 2, Window.of(2, 0)));
        Graph apart = folded();
        assertThat(new FoldParallel().run(apart)).isSameAs(apart);
    }

    @Test
    void doesNotFireIfABranchHasAnotherReader() {
        Value small = branch("small", x, 1, Window.of(1, 0));
        sum(small, branch("large", x, 3, Window.of(1, 1)));
        nets.builder().output("small", small);
        Graph apart = folded();
        assertThat(new FoldParallel().run(apart)).isSameAs(apart);
    }
}

package io.yolofit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Silu;
import org.junit.jupiter.api.Test;

class GraphTest {
    private final GraphBuilder builder = new GraphBuilder();
    private final Value x = builder.input("x", TensorType.of(DType.F32, 2, 3), Role.INPUT);

    @Test
    void graphReportsReadersAndOutputs() {
        Value a = builder.emit(new Silu.Forward(), "a", Role.ACTIVATION, x).getFirst();
        Value b = builder.emit(new Add(), "b", Role.ACTIVATION, a, a).getFirst();
        builder.output("y", b);
        Graph graph = builder.build();
        assertThat(graph.readers(x)).containsExactly(a.producer());
        assertThat(graph.readers(a)).containsExactly(b.producer(), b.producer());
        assertThat(graph.readers(b)).isEmpty();
        assertThat(graph.isOutput(b)).isTrue();
        assertThat(graph.isOutput(a)).isFalse();
        assertThat(graph.values()).containsExactly(x, a, b);
        assertThat(graph.hasInput("x")).isTrue();
    }

    @Test
    void lookupOfUnknownNameListsKnownNames() {
        builder.output("y", x);
        Graph graph = builder.build();
        assertThatThrownBy(() -> graph.input("z")).hasMessage("the graph has no input 'z'; it has [x]");
        assertThatThrownBy(() -> graph.output("z")).hasMessage("the graph has no output 'z'; it has [y]");
    }

    @Test
    void namesAreUnique() {
        builder.output("y", x);
        assertThatThrownBy(() -> builder.output("y", x)).hasMessage("the graph already has an output 'y'");
        assertThatThrownBy(() -> builder.input("x", x.type(), Role.INPUT))
                .hasMessage("the graph already has an input 'x'");
    }

    @Test
    void builtGraphIsImmutable() {
        Graph graph = builder.build();
        builder.emit(new Silu.Forward(), "a", Role.ACTIVATION, x);
        builder.output("y", x);
        assertThat(graph.nodes()).isEmpty();
        assertThat(graph.outputs()).isEmpty();
    }

    @Test
    void shapesCompareByValue() {
        long[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 7;
        shape.dims()[1] = 7;
        assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2))
                .hasToString("[2,3]");
        assertThat(shape.count()).isEqualTo(6);
        assertThat(Shape.of().count()).isEqualTo(1);
        assertThat(shape.withChannels(5)).isEqualTo(Shape.of(2, 5));
        assertThatThrownBy(() -> Shape.of(2, -1)).hasMessage("negative dimension in [2, -1]");
        assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40).count()).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void typesComputeTheirBytes() {
        assertThat(TensorType.of(DType.BF16, 2, 3).bytes()).isEqualTo(12);
        assertThat(TensorType.of(DType.U8, 5).bytes()).isEqualTo(5);
        assertThat(TensorType.of(DType.BF16, 16, 80, 80, 128)).hasToString("bf16[16,80,80,128]");
        assertThat(DType.F16.isFloat() && DType.F16.isHalf() && DType.F32.isFloat() && !DType.F32.isHalf()).isTrue();
        assertThat(DType.I32.isFloat()).isFalse();
    }

    @Test
    void modelExceptionGivesProblemPlaceAndFix() {
        ModelException error = ModelException.because("conv2d", "x has %d channels, but w expects %d", 256, 128)
                .operand("x", "f16[16,256,40,40]").at("head[2].cv1").remedy("route from a layer with 128 channels")
                .build();
        assertThat(error.getMessage().lines()).containsExactly("conv2d: x has 256 channels, but w expects 128",
                "    x   f16[16,256,40,40]", "    at  head[2].cv1", "    fix route from a layer with 128 channels");
        assertThat(error.remedy()).isEqualTo("route from a layer with 128 channels");
    }
}

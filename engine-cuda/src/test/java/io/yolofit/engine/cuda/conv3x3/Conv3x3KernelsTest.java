package io.yolofit.engine.cuda.conv3x3;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import org.junit.jupiter.api.Test;

/// The convolutions that conv3x3.cu computes, without a device.
class Conv3x3KernelsTest {
    private static boolean serves(Direction direction, long side, long channels, long outputs, Window window,
            DType type) {
        return Conv3x3Kernels.serves(new ConvolutionProblem(direction, Shape.of(2, side, side, channels),
                Shape.of(outputs, 3, 3, channels),
                Shape.of(2, window.extent(side, 3), window.extent(side, 3), outputs), window, type, false, true));
    }

    @Test
    void serves3x3InHalfPrecisionWithChannelsInMultiplesOf16() {
        Window window = Window.of(1, 1);
        assertThat(serves(Direction.FORWARD, 20, 16, 192, window, DType.F16)).isTrue();
        assertThat(serves(Direction.DATA, 20, 48, 80, window, DType.BF16)).isTrue();
        assertThat(serves(Direction.WEIGHT, 20, 16, 16, window, DType.F16)).isFalse();
        assertThat(serves(Direction.FORWARD, 20, 24, 16, window, DType.F16)).isFalse();
        assertThat(serves(Direction.FORWARD, 20, 16, 208, window, DType.F16)).isFalse();
        assertThat(serves(Direction.FORWARD, 20, 16, 16, window, DType.F32)).isFalse();
        assertThat(serves(Direction.FORWARD, 20, 16, 16, Window.of(1, 0), DType.F16)).isFalse();
        assertThat(serves(Direction.FORWARD, 20, 16, 16, new Window(1, 2, 2, 1), DType.F16)).isFalse();
    }

    @Test
    void servesStride2InTheDataGradientOnly() {
        assertThat(serves(Direction.DATA, 20, 16, 32, Window.of(2, 1), DType.F16)).isTrue();
        assertThat(serves(Direction.FORWARD, 20, 16, 32, Window.of(2, 1), DType.F16)).isFalse();
    }

    /// Elements of an image are indexed in 32 bits.
    @Test
    void doesNotServeImagesOf2GigaElements() {
        assertThat(serves(Direction.FORWARD, 8192, 16, 16, Window.of(1, 1), DType.F16)).isTrue();
        assertThat(serves(Direction.FORWARD, 8192, 32, 16, Window.of(1, 1), DType.F16)).isFalse();
        assertThat(serves(Direction.DATA, 8192, 16, 32, Window.of(1, 1), DType.F16)).isFalse();
    }
}

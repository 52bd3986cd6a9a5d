package io.yolofit.engine.cuda.conv3x3;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The tiling of conv3x3_weight_gradient.cu, without a device.
class Conv3x3WeightGradientTilingTest {
    private static final long PARTIAL_BYTES = 32L << 20;

    private static ConvolutionProblem problem(int images, int side, int channels, int outputs, Window window,
            DType type) {
        return new ConvolutionProblem(Direction.WEIGHT, Shape.of(images, side, side, channels),
                Shape.of(outputs, 3, 3, channels),
                Shape.of(images, window.extent(side, 3), window.extent(side, 3), outputs), window, type, false, true);
    }

    private static ConvolutionProblem problem(int images, int side, int channels, int outputs) {
        return problem(images, side, channels, outputs, Window.of(1, 1), DType.F16);
    }

    static Stream<ConvolutionProblem> problems() {
        return IntStream.of(1, 13, 20, 40, 160).boxed().flatMap(side -> IntStream.of(16, 48, 80, 112, 160, 192).boxed()
                .flatMap(channels -> IntStream.of(16, 32, 96, 144, 176, 192)
                        .mapToObj(outputs -> problem(16, side, channels, outputs))));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void partsCoverTheWeightsAndWarpsGetEqualRunsOfTheTile(ConvolutionProblem problem) {
        Conv3x3WeightGradientTiling tiling = Conv3x3WeightGradientTiling.of(problem);
        assertThat((long) tiling.parts(problem) * tiling.outputPart() * tiling.channelPart() * 9)
                .isEqualTo(problem.w().count());
        assertThat(tiling.rows() * tiling.columns() % (16 * tiling.run() * tiling.pixelWarps())).isZero();
        assertThat(tiling.rows() % (tiling.columns() % 16 == 0 ? tiling.run() : 2 * tiling.run())).isZero();
        assertThat(tiling.threads()).isIn(384, 480);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void partialSumsStayBelowTheCapAndEverySplitHasATile(ConvolutionProblem problem) {
        Conv3x3WeightGradientTiling tiling = Conv3x3WeightGradientTiling.of(problem);
        assertThat(Conv3x3WeightGradientKernels.workspace(problem)).isPositive().isLessThanOrEqualTo(PARTIAL_BYTES);
        assertThat((long) tiling.splits(problem)).isBetween(1L, problem.y().dim(0)
                * Math.ceilDiv(problem.y().dim(1), tiling.rows()) * Math.ceilDiv(problem.y().dim(2), tiling.columns()));
        assertThat(tiling.sharedBytes(2)).isLessThanOrEqualTo(Conv3x3WeightGradientTiling.SHARED_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"48, 48, 160", "32, 32, 80", "64, 64, 80", "96, 96, 80", "160, 160, 80", "192, 192, 40"})
    void convolutionsOfModelsOccupyTheWholeDevice(int channels, int outputs, int side) {
        ConvolutionProblem problem = problem(16, side, channels, outputs);
        Conv3x3WeightGradientTiling tiling = Conv3x3WeightGradientTiling.of(problem);
        assertThat(tiling.splits(problem) * tiling.parts(problem)).isBetween(120, 132);
    }

    @Test
    void serves3x3InHalfPrecisionWithChannelsInMultiplesOf16() {
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 192))).isTrue();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 48, 80, Window.of(1, 1), DType.BF16))).isTrue();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 24, 16))).isFalse();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 208))).isFalse();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 16, Window.of(2, 1), DType.F16))).isFalse();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 16, Window.of(1, 0), DType.F16))).isFalse();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 16, new Window(1, 2, 2, 1),
                DType.F16))).isFalse();
        assertThat(Conv3x3WeightGradientKernels.serves(problem(2, 20, 16, 16, Window.of(1, 1), DType.F32))).isFalse();
    }
}

package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images narrower than the kernel, in half precision: gradients of columns that never meet the image are zero, and not
/// what was in memory before.
class NarrowImageTest {
    private static final int REPETITIONS = 8;
    private static final int LARGEST = 1 << 14;

    @ParameterizedTest
    @CsvSource({"1,1,3,2,1,3,7", "12,1,3,2,1,3,16", "2,1,3,1,1,8,8", "5,2,7,3,3,16,16", "1,12,3,2,1,3,7",
        "2,3,6,2,2,3,16"})
    void columnsOutsideOfTheImageHaveGradientZero(int height, int width, int kernel, int stride, int padding,
            int channels, int outputs) {
        Window window = Window.of(stride, padding);
        for (Seed seed : Seed.several("narrow images", REPETITIONS).toList()) {
            leaveNumbersInFreedMemory();
            Agreement agreement = new Agreement();
            Value x = agreement.normal("x", seed, DType.BF16, 2, height, width, channels);
            Value dy = agreement.normal("dy", seed, DType.BF16, 2, window.extent(height, kernel),
                    window.extent(width, kernel), outputs);
            Value dw = agreement.one(new Conv2d.WeightGrad(window, Shape.of(outputs, kernel, kernel, channels)), x, dy);
            agreement.compare(dw, Tolerance.roundings(DType.BF16, 1.02).andOfLargest(DType.F32, 32)).check();
        }
    }

    /// Tensors of many sizes, whose memory the next ones get.
    private static void leaveNumbersInFreedMemory() {
        try (var _ = new PointerScope()) {
            for (int size = 16; size <= LARGEST; size *= 2) {
                float[] ones = new float[size];
                Arrays.fill(ones, 1);
                for (int i = 0; i < REPETITIONS; i++) {
                    Tensor.create(ones).clone();
                }
            }
        }
    }
}

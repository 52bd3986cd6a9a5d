package io.yolofit.engine.agreement;

import io.yolofit.engine.testing.Engines;
import io.yolofit.engine.testing.FreedMemory;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Images narrower than the kernel, in half precision: the gradients of kernel columns that never overlap the image are
/// zero, not uninitialized memory.
class NarrowImageTest {
    private static final int REPETITIONS = 8;
    private static final List<Case> CASES = List.of(new Case(1, 1, 3, 2, 1, 3, 7), new Case(12, 1, 3, 2, 1, 3, 16),
            new Case(2, 1, 3, 1, 1, 8, 8), new Case(5, 2, 7, 3, 3, 16, 16), new Case(1, 12, 3, 2, 1, 3, 7),
            new Case(2, 3, 6, 2, 2, 3, 16));

    private record Case(int height, int width, int kernel, int stride, int padding, int channels, int outputs) {
    }

    static Stream<Arguments> cases() {
        return Engines.halfPrecisions().flatMap(engine -> CASES.stream()
                .map(it -> Arguments.of(engine.get()[0], engine.get()[1], it)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void kernelColumnsOutsideTheImageHaveGradientZero(String engine, DType type, Case it) {
        Window window = Window.of(it.stride, it.padding);
        for (Seed seed : Seed.several("narrow images", REPETITIONS).toList()) {
            if (engine.equals(Engines.CPU)) {
                FreedMemory.leaveNumbers();
            }
            Agreement agreement = new Agreement();
            Value x = agreement.normal("x", seed, type, 2, it.height, it.width, it.channels);
            Value dy = agreement.normal("dy", seed, type, 2, window.extent(it.height, it.kernel),
                    window.extent(it.width, it.kernel), it.outputs);
            Value dw = agreement.one(new Conv2d.WeightGrad(window,
                    Shape.of(it.outputs, it.kernel, it.kernel, it.channels)), x, dy);
            agreement.compare(dw, Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 32)).check(engine);
        }
    }
}

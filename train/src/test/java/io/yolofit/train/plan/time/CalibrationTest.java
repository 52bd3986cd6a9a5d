package io.yolofit.train.plan.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.plan.time.ConvolutionTiming.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final DeviceRates RATES = DeviceRates.ofDataSheet(25.5e12, 12.7e12, 12.7e12, 360e9, 28, "RTX 3060");

    /// Convolutions of 16 to 160 channels with a multiple of their predicted times.
    private static List<ConvolutionTiming> timings(Direction direction, int count, double ratio) {
        List<ConvolutionTiming> timings = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Shape x = Shape.of(8, 40, 40, 16L * i);
            Shape w = Shape.of(32, 3, 3, 16L * i);
            Shape y = Shape.of(8, 40, 40, 32);
            ConvolutionTiming one = ConvolutionTiming.of(direction, Window.of(1, 1), x, w, y, DType.F16, true, 1);
            timings.add(new ConvolutionTiming(one.node(), one.arithmetic(),
                    ratio * ConvolutionTime.seconds((Conv2d) one.node().op(), one.node(), one.arithmetic(), RATES)));
        }
        return timings;
    }

    private static double factor(Calibration calibration, Direction direction) {
        ConvolutionTiming any = timings(direction, 1, 1).getFirst();
        return calibration.factor((Conv2d) any.node().op(), any.arithmetic());
    }

    @Test
    void eachDirectionIsCorrectedByItsOwnTimings() {
        List<ConvolutionTiming> measured = new ArrayList<>(timings(Direction.FORWARD, 10, 1.5));
        measured.addAll(timings(Direction.DATA_GRADIENT, 10, .8));
        Calibration calibration = Calibration.of(measured, RATES);
        assertThat(factor(calibration, Direction.FORWARD)).isCloseTo(1.5, within(1e-9));
        assertThat(factor(calibration, Direction.DATA_GRADIENT)).isCloseTo(.8, within(1e-9));
        assertThat(factor(calibration, Direction.WEIGHT_GRADIENT)).isEqualTo(1);
        assertThat(calibration.text()).isEqualTo("convolutions calibrated by 20 timings of the autotuner "
                + "(data gradient x 0.80, forward x 1.50)");
    }

    @Test
    void outliersAndFewTimingsDoNotCount() {
        List<ConvolutionTiming> measured = new ArrayList<>(timings(Direction.FORWARD, 10, 1.2));
        measured.add(timings(Direction.FORWARD, 1, 1000).getFirst());
        measured.addAll(timings(Direction.DATA_GRADIENT, 5, 3));
        Calibration calibration = Calibration.of(measured, RATES);
        assertThat(factor(calibration, Direction.FORWARD)).isCloseTo(1.2, within(1e-9));
        assertThat(factor(calibration, Direction.DATA_GRADIENT)).isEqualTo(1);
        assertThat(factor(Calibration.of(timings(Direction.FORWARD, 10, 100), RATES), Direction.FORWARD))
                .as("bounded").isEqualTo(4);
    }

    @Test
    void theTimeModelUsesItAndSaysSo() {
        Calibration calibration = Calibration.of(timings(Direction.FORWARD, 10, 2), RATES);
        KernelTimeModel plain = KernelTimeModel.of(RATES, WorkspaceModel.none());
        KernelTimeModel calibrated = plain.with(calibration);
        assertThat(calibrated.source()).startsWith(plain.source() + "; convolutions calibrated by 10 timings");
        assertThat(calibrated.withTf32(false).source()).isEqualTo(calibrated.source());
        assertThat(plain.with(Calibration.NONE).source()).isEqualTo(plain.source());
        ConvolutionTiming one = timings(Direction.FORWARD, 3, 1).getLast();
        assertThat(calibrated.convolution(one.node())).isCloseTo(2 * plain.convolution(one.node()), within(1e-12));
    }
}

package io.yolofit.app.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
    @ParameterizedTest
    @CsvSource({"0.1,0.1", "0.11,0.2", "0.3,0.5", "0.7,1", "1,1", "16.5,20", "40,50", "0.00021,0.0005", "60,100"})
    void stepsAreOneTwoOrFiveTimesAPowerOfTen(double least, double step) {
        assertThat(Axis.step(least)).isCloseTo(step, within(step * 1e-12));
    }

    @Test
    void ticksAreWithinTheAxisAndHaveTheDecimalsOfTheirStep() {
        Axis axis = Axis.exact(1, 100, 6);
        assertThat(axis.ticks().stream().map(axis::text)).containsExactly("20", "40", "60", "80", "100");
        assertThat(Axis.UNIT.ticks().stream().map(Axis.UNIT::text))
                .containsExactly("0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0");
    }

    @Test
    void aSingleValueIsCentered() {
        Axis axis = Axis.around(new double[] {0}, 5);
        assertThat(axis.share(0)).isEqualTo(0.5);
        assertThat(axis.ticks().stream().map(axis::text)).contains("0.00");
        assertThat(Axis.around(new double[] {}, 5).ticks()).isNotEmpty();
    }

    @Test
    void smoothingKeepsAConstantAndDampsAJump() {
        assertThat(Smoothing.gaussian(new double[] {2, 2, 2, 2}, 2)).containsExactly(new double[] {2, 2, 2, 2},
                within(1e-12));
        double[] jump = Smoothing.gaussian(new double[] {0, 0, 0, 1, 0, 0, 0}, 2);
        assertThat(jump[3]).isBetween(0.1, 0.4);
        assertThat(jump[2]).isEqualTo(jump[4]).isLessThan(jump[3]);
    }
}

package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogitTypeTest {
    @Test
    void bf16RoundsToNearestTiesToEven() {
        assertThat(roundTrip(1f)).isEqualTo(1f);
        assertThat(roundTrip(1f + 1 / 256f)).isEqualTo(1f); // half way between 1 and 1 + 1/128
        assertThat(roundTrip(1f + 3 / 256f)).isEqualTo(1f + 4 / 256f);
        assertThat(roundTrip(Math.nextUp(1f + 1 / 256f))).isEqualTo(1f + 2 / 256f);
        assertThat(roundTrip(-0f)).isEqualTo(-0f);
        assertThat(roundTrip(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(roundTrip(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(roundTrip(Float.NaN)).isNaN();
        assertThat(roundTrip(Float.intBitsToFloat(0x7f800001))).isNaN();
    }

    @Test
    void bf16RoundingErrorIsAtMostHalfAUnitInTheLastPlace() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            float value = (float) (random.nextGaussian() * Math.exp(random.nextDouble(-60, 60)));
            float half = roundTrip(value);
            assertThat(Math.abs((double) half - value)).isLessThanOrEqualTo(Math.abs(value) / 256.0);
            assertThat(roundTrip(half)).isEqualTo(half);
        }
    }

    private static float roundTrip(float value) {
        return LogitType.widen(LogitType.round(value));
    }
}

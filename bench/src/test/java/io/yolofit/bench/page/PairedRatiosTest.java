package io.yolofit.bench.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedRatiosTest {
    private static PairedRatios of(double... ratios) {
        PairedRatios all = new PairedRatios();
        for (double ratio : ratios) {
            all.add(ratio);
        }
        return all;
    }

    /// Ranks of the sign test, as in tables: of 6 pairs the lowest and the highest, of 20 the sixth from both ends.
    @Test
    void theIntervalHasTheRanksOfTheSignTest() {
        assertThat(of(6, 1, 2, 5, 4, 3).estimate()).isEqualTo(new PairedRatios.Estimate(1, 3.5, 6, 1 - 2.0 / 64));
        double[] twenty = new double[20];
        for (int i = 0; i < twenty.length; i++) {
            twenty[i] = i + 1;
        }
        PairedRatios.Estimate estimate = of(twenty).estimate();
        assertThat(estimate.low()).isEqualTo(6);
        assertThat(estimate.high()).isEqualTo(15);
        assertThat(estimate.confident()).isCloseTo(0.9586, within(1e-4));
    }

    @Test
    void fewPairsHaveNoConfidence() {
        assertThat(of(1.5, 1).estimate()).isEqualTo(new PairedRatios.Estimate(1, 1.25, 1.5, 0));
        assertThat(of(1.01, 1.02, 0.99).estimate().text()).isEqualTo("+1.00 % (all -1.00 to +2.00 %)");
        assertThatThrownBy(() -> of().estimate()).hasMessage("no pair was measured");
    }

    @Test
    void theIntervalContainsTheMedianAsOftenAsItSays() {
        Random random = new Random(3);
        int contained = 0;
        int trials = 2000;
        for (int i = 0; i < trials; i++) {
            PairedRatios ratios = new PairedRatios();
            for (int k = 0; k < 15; k++) {
                double spike = random.nextInt(10) == 0 ? random.nextDouble() : 0; // another program
                ratios.add(1.02 + 0.01 * random.nextGaussian() + spike * (random.nextBoolean() ? 1 : -1));
            }
            PairedRatios.Estimate estimate = ratios.estimate();
            contained += estimate.low() <= 1.02 && 1.02 <= estimate.high() ? 1 : 0;
        }
        assertThat(contained / (double) trials).isBetween(0.95, 0.98);
    }

    @Test
    void blocksAlternateAndPairsBeginWithEachKindInTurn() {
        List<Boolean> page = new ArrayList<>();
        long[] now = {0};
        BlockClock clock = new BlockClock(10, 4, () -> now[0], _ -> { });
        while (!clock.isDone()) {
            page.add(clock.hasPage());
            for (int step = 0; step < 4 + 1 + 10; step++) { // .5 s until it settles, its first time, 10 steps
                now[0] += 100_000_000;
                clock.step();
            }
            assertThat(clock.lastWall(false)).isIn(0.0, 1e8);
        }
        assertThat(page).containsExactly(false, false, true, true, false, false, true, true, false);
        assertThat(clock.wall().size()).isEqualTo(4);
    }
}

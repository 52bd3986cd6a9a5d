package io.yolofit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void oneSeedMakesTheSameChoices() {
        assertThat(new Seed(7).normal(100)).isEqualTo(new Seed(7).normal(100)).isNotEqualTo(new Seed(8).normal(100));
        assertThat(new Seed(0x1f3a)).hasToString("1f3a");
    }

    @Test
    void aTestHasItsOwnSeedsTheSameInEveryRun() {
        assertThat(Seed.several("a", 20).map(Seed::toString)).doesNotHaveDuplicates()
                .isEqualTo(Seed.several("a", 20).map(Seed::toString).toList())
                .doesNotContainAnyElementsOf(Seed.several("other", 20).map(Seed::toString).toList());
    }

    @Test
    void distinctNumbersAreApart() {
        double[] numbers = new Seed(3).distinct(50);
        Arrays.sort(numbers);
        for (int i = 1; i < numbers.length; i++) {
            assertThat(numbers[i] - numbers[i - 1]).isGreaterThan(.009);
        }
    }
}

package io.yolofit.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    private static final int MANY = 20_000;

    @Test
    void equalKeysGiveEqualStreams() {
        RandomStream first = RandomStream.of(7, 3, 1);
        RandomStream second = RandomStream.of(7, 3, 1);
        for (int i = 0; i < 10; i++) {
            assertThat(first.next()).isEqualTo(second.next());
        }
    }

    @Test
    void neighboringKeysGiveUnrelatedStreams() {
        Set<Long> seen = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            for (int epoch = 0; epoch < 20; epoch++) {
                for (int index = 0; index < 20; index++) {
                    seen.add(RandomStream.of(seed, epoch, index).next());
                }
            }
        }
        assertThat(seen).hasSize(8000);
        double mean = IntStream.range(0, MANY).mapToDouble(index -> RandomStream.of(0, 0, index).unit()).average()
                .orElseThrow();
        assertThat(mean).isCloseTo(0.5, within(0.01));
    }

    @Test
    void uniformNumbersAreUniform() {
        RandomStream random = RandomStream.of(1);
        int[] counts = new int[10];
        for (int i = 0; i < MANY; i++) {
            counts[(int) random.uniform(0, 10)]++;
            assertThat(random.below(3)).isBetween(0, 2);
        }
        assertThat(Arrays.stream(counts).map(count -> Math.abs(count - MANY / 10)).max().orElseThrow()).isLessThan(200);
    }

    /// Beta(32, 32): mean 1/2, variance 1 / (4 x 65).
    @Test
    void betaHasItsMeanAndVariance() {
        RandomStream random = RandomStream.of(2);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < MANY; i++) {
            double value = random.beta(32, 32);
            sum += value;
            squares += (value - 0.5) * (value - 0.5);
        }
        assertThat(sum / MANY).isCloseTo(0.5, within(0.002));
        assertThat(squares / MANY).isCloseTo(1 / 260.0, within(0.0002));
    }

    @Test
    void permutationsContainEveryNumberOnceAndDiffer() {
        int[] order = RandomStream.of(0, 1).permutation(100);
        assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, 100).toArray());
        assertThat(order).isNotEqualTo(RandomStream.of(0, 2).permutation(100)).isEqualTo(RandomStream.of(0,
                1).permutation(100));
    }
}

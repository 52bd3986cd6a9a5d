package io.yolofit.data.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StratifiedSplitTest {
    private static final double[] SHARES = {0.7, 0.2, 0.1};

    @Test
    void everyClassHasItsShareInEverySplit() {
        Random random = new Random(5);
        List<Set<Integer>> images = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Set<Integer> classes = new TreeSet<>();
            for (int category = 0; category < 5; category++) {
                if (random.nextInt(1 << category) == 0) { // from every image to one in 16
                    classes.add(category);
                }
            }
            images.add(i % 10 == 0 ? Set.of() : classes);
        }
        int[] splits = StratifiedSplit.of(images, 5, SHARES, 0);
        for (int split = 0; split < 3; split++) {
            int current = split;
            assertThat(Arrays.stream(splits).filter(one -> one == current).count())
                    .isEqualTo(Math.round(1000 * SHARES[split]));
            for (int category = 0; category < 5; category++) {
                int one = category;
                long all = images.stream().filter(image -> image.contains(one)).count();
                long here = IntStream.range(0, 1000).filter(i -> splits[i] == current
                        && images.get(i).contains(one)).count();
                assertThat((double) here / all).as("class %d in split %d", category, split)
                        .isCloseTo(SHARES[split], within(0.02));
            }
        }
    }

    @Test
    void theSeedDecides() {
        List<Set<Integer>> images = IntStream.range(0, 100).mapToObj(i -> Set.of(i % 3)).toList();
        assertThat(StratifiedSplit.of(images, 3, SHARES, 1)).isEqualTo(StratifiedSplit.of(images, 3, SHARES, 1))
                .isNotEqualTo(StratifiedSplit.of(images, 3, SHARES, 2));
    }

    @Test
    void fewImagesStillFillEverySplit() {
        assertThat(StratifiedSplit.of(List.of(Set.of(0), Set.of(0), Set.of()), 1, SHARES, 0)).contains(0, 1, 2);
        assertThat(StratifiedSplit.of(List.of(Set.of(0), Set.of(0)), 1, new double[] {0.9, 0.1, 0}, 0))
                .containsExactlyInAnyOrder(0, 1);
    }
}

package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopCandidatesTest {
    @Test
    void sortsBestFirstAndBreaksTiesByOrderOfOffer() {
        TopCandidates top = new TopCandidates(4);
        top.clear(1);
        float[] metrics = {.2f, .5f, .2f, .1f, .5f, .9f, .2f};
        for (int anchor = 0; anchor < metrics.length; anchor++) {
            top.offer(0, metrics[anchor], anchor);
        }
        assertThat(anchors(top, 0)).containsExactly(5, 1, 4, 0);
        assertThat(top.contains(0, 4)).isTrue();
        assertThat(top.contains(0, 2)).isFalse();
    }

    @Test
    void nanIsLargerThanAnyNumber() {
        TopCandidates top = new TopCandidates(2);
        top.clear(1);
        top.offer(0, Float.POSITIVE_INFINITY, 0);
        top.offer(0, 1, 1);
        top.offer(0, Float.NaN, 2);
        assertThat(anchors(top, 0)).containsExactly(2, 0);
    }

    @Test
    void listsAreIndependentAndClearedTogether() {
        TopCandidates top = new TopCandidates(2);
        top.clear(3);
        top.offer(0, 1, 10);
        top.offer(2, 1, 12);
        top.offer(2, 2, 13);
        top.offer(2, 3, 14);
        assertThat(anchors(top, 0)).containsExactly(10);
        assertThat(anchors(top, 1)).isEmpty();
        assertThat(anchors(top, 2)).containsExactly(14, 13);
        top.clear(3);
        assertThat(top.size(0) + top.size(1) + top.size(2)).isZero();
    }

    private static int[] anchors(TopCandidates top, int list) {
        return IntStream.range(0, top.size(list)).map(rank -> top.anchor(list, rank)).toArray();
    }
}

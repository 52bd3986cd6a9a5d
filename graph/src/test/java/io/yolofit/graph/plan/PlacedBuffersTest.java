package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacedBuffersTest {
    /// Windows only skip buffers with other live ranges: every gap is that of a scan of all placed buffers.
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 500, 2000})
    void gapsAreThoseOfAScanOfAllBuffers(int nodes) {
        var random = new SplittableRandom(nodes);
        int count = 300;
        int[] first = new int[count];
        int[] last = new int[count];
        for (int i = 0; i < count; i++) {
            first[i] = random.nextInt(nodes);
            last[i] = random.nextInt(4) == 0 ? first[i] + random.nextInt(nodes - first[i])
                    : Math.min(nodes - 1, first[i] + random.nextInt(20));
        }
        var placed = new PlacedBuffers(first, last);
        for (int round = 0; round < 2; round++) {
            placed.clear();
            long[] offsets = new long[count];
            long[] sizes = random.longs(count, 1, 50).toArray();
            for (int buffer = 0; buffer < count; buffer++) {
                offsets[buffer] = placed.tightestGap(buffer, sizes[buffer]);
                assertThat(offsets[buffer]).isEqualTo(scanned(buffer, first, last, offsets, sizes));
                placed.add(buffer, offsets[buffer], offsets[buffer] + sizes[buffer]);
            }
        }
    }

    /// Buffers before `buffer` are placed.
    private static long scanned(int buffer, int[] first, int[] last, long[] offsets, long[] sizes) {
        int[] overlapping = IntStream.range(0, buffer)
                .filter(other -> first[other] <= last[buffer] && last[other] >= first[buffer]).boxed()
                .sorted(Comparator.comparingLong(other -> offsets[other])).mapToInt(Integer::intValue).toArray();
        long end = 0;
        long best = -1;
        long gap = Long.MAX_VALUE;
        for (int other : overlapping) {
            long free = offsets[other] - end;
            if (free >= sizes[buffer] && free < gap) {
                gap = free;
                best = end;
            }
            end = Math.max(end, offsets[other] + sizes[other]);
        }
        return best >= 0 ? best : Arrays.stream(overlapping).mapToLong(other -> offsets[other] + sizes[other]).max()
                .orElse(0);
    }
}

package io.yolofit.graph.plan;

import java.util.Arrays;

/// Buffers that [ArenaPacker] has placed, by offset. Most of the packer's time is one scan of them per buffer, so they
/// are also listed by windows of time: a buffer with a short live range is compared only with those that are live in
/// its window, a fifth of all in training steps.
final class PlacedBuffers {
    private static final int SLICES = 32;

    private final int[] first;
    private final int[] last;
    private final long[] starts;
    private final long[] ends;
    private final int shift;
    /// By window, and last those of all times: buffers in the order of their starts. Window `w` is slices `w` and
    /// `w + 1`, and a slice is `1 << shift` nodes.
    private final int[][] windows;
    private final int[] counts;

    /// Live ranges of all buffers, by buffer.
    PlacedBuffers(int[] first, int[] last) {
        this.first = first;
        this.last = last;
        starts = new long[first.length];
        ends = new long[first.length];
        int end = Arrays.stream(last).max().orElse(0);
        int nodes = 0;
        while (end >> nodes >= SLICES) {
            nodes++;
        }
        shift = nodes;
        windows = new int[(end >> shift) + 2][first.length];
        counts = new int[windows.length];
    }

    void clear() {
        Arrays.fill(counts, 0);
    }

    void add(int buffer, long start, long end) {
        starts[buffer] = start;
        ends[buffer] = end;
        insert(windows.length - 1, buffer);
        for (int window = Math.max(0, (first[buffer] >> shift) - 1); window <= last[buffer] >> shift; window++) {
            insert(window, buffer);
        }
    }

    private void insert(int window, int buffer) {
        int[] listed = windows[window];
        long start = starts[buffer];
        int low = 0;
        int high = counts[window];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[listed[middle]] <= start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        System.arraycopy(listed, low, listed, low + 1, counts[window]++ - low);
        listed[low] = buffer;
    }

    /// Offset of the smallest gap between placed buffers whose live ranges overlap that of a buffer.
    long tightestGap(int buffer, long size) {
        int from = first[buffer];
        int to = last[buffer];
        int window = (to >> shift) - (from >> shift) > 1 ? windows.length - 1 : from >> shift;
        int[] listed = windows[window];
        int count = counts[window];
        long bestOffset = -1;
        long bestGap = Long.MAX_VALUE;
        long end = 0;
        for (int k = 0; k < count; k++) {
            int other = listed[k];
            if (last[other] >= from && first[other] <= to) {
                long gap = starts[other] - end;
                if (gap >= size && gap < bestGap) {
                    bestGap = gap;
                    bestOffset = end;
                }
                end = Math.max(end, ends[other]);
            }
        }
        return bestOffset >= 0 ? bestOffset : end;
    }
}

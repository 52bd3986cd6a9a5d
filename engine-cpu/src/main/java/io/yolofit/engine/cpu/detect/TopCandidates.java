package io.yolofit.engine.cpu.detect;

import java.util.Arrays;

/// Several lists, each of the `capacity` best anchors offered so far, best first. On equal metrics the anchor offered
/// first stays, so anchors offered in ascending order break ties by lowest index. NaN counts as the largest value, as
/// in the reference: a diverged prediction must show in the loss, not vanish from it.
final class TopCandidates {
    private final int capacity;
    private int[] sizes = new int[0];
    private int[] anchors = new int[0];
    private float[] metrics = new float[0];

    TopCandidates(int capacity) {
        this.capacity = capacity;
    }

    /// Empties the first `lists` lists.
    void clear(int lists) {
        if (lists > sizes.length) {
            sizes = new int[lists];
            anchors = new int[Math.multiplyExact(lists, capacity)];
            metrics = new float[lists * capacity];
        }
        Arrays.fill(sizes, 0, lists, 0);
    }

    void offer(int list, float metric, int anchor) {
        int first = list * capacity;
        int slot = first + sizes[list];
        if (sizes[list] < capacity) {
            sizes[list]++;
        } else if (Float.compare(metric, metrics[--slot]) <= 0) {
            return;
        }
        for (; slot > first && Float.compare(metric, metrics[slot - 1]) > 0; slot--) {
            metrics[slot] = metrics[slot - 1];
            anchors[slot] = anchors[slot - 1];
        }
        metrics[slot] = metric;
        anchors[slot] = anchor;
    }

    int size(int list) {
        return sizes[list];
    }

    int anchor(int list, int rank) {
        return anchors[list * capacity + rank];
    }

    boolean contains(int list, int anchor) {
        for (int rank = 0; rank < sizes[list]; rank++) {
            if (anchor(list, rank) == anchor) {
                return true;
            }
        }
        return false;
    }
}

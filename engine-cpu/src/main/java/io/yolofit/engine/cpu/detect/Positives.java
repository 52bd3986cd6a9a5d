package io.yolofit.engine.cpu.detect;

import java.util.Arrays;

/// The anchors of one image that have an assigned object, in ascending order, with their soft targets. Reused between
/// batches; grows to at most one entry per anchor.
final class Positives {
    private int count;
    private int[] anchors = new int[0];
    private int[] objects = new int[0];
    private float[] overlaps = new float[0];
    private float[] metrics = new float[0];
    private double[] weights = new double[0];

    void clear() {
        count = 0;
    }

    /// @param object index within the image
    void add(int anchor, int object, float overlap, float metric) {
        if (count == anchors.length) {
            int capacity = Math.max(64, count + count / 2);
            anchors = Arrays.copyOf(anchors, capacity);
            objects = Arrays.copyOf(objects, capacity);
            overlaps = Arrays.copyOf(overlaps, capacity);
            metrics = Arrays.copyOf(metrics, capacity);
            weights = Arrays.copyOf(weights, capacity);
        }
        anchors[count] = anchor;
        objects[count] = object;
        overlaps[count] = overlap;
        metrics[count] = metric;
        weights[count] = 0;
        count++;
    }

    /// Removes the entries whose anchor is not among the candidates of its object.
    void retain(TopCandidates candidates) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (candidates.contains(objects[i], anchors[i])) {
                anchors[kept] = anchors[i];
                objects[kept] = objects[i];
                overlaps[kept] = overlaps[i];
                metrics[kept] = metrics[i];
                kept++;
            }
        }
        count = kept;
    }

    int count() {
        return count;
    }

    int anchor(int index) {
        return anchors[index];
    }

    int object(int index) {
        return objects[index];
    }

    float overlap(int index) {
        return overlaps[index];
    }

    float metric(int index) {
        return metrics[index];
    }

    /// The soft target of the object's class at this anchor, which also weights its box and distance terms.
    double weight(int index) {
        return weights[index];
    }

    void weigh(int index, double weight) {
        weights[index] = weight;
    }

    double weightSum() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        return sum;
    }
}

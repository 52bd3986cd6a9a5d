package io.yolofit.engine.cpu.detect;

/// The four distances from an anchor to the sides of its box, in stride units, with the terms of their gradients.
///
/// Each side has `bins` logits. Their softmax is a distribution over 0 .. bins - 1, whose expectation is the distance.
/// With one bin the logit is the distance. An instance belongs to one thread and holds one anchor at a time.
final class SideDistances {
    static final int SIDES = 4;

    final int bins;
    final float[] logits;
    final double[] probabilities;
    /// Left, top, right, bottom.
    final double[] distances = new double[SIDES];
    /// Log-sum-exp of the logits of each side.
    final double[] logSums = new double[SIDES];

    SideDistances(int bins) {
        this.bins = bins;
        this.logits = new float[SIDES * bins];
        this.probabilities = new double[SIDES * bins];
    }

    /// Reads an anchor. `cell` counts over the batch: `image * level.anchors() + cell of the image`.
    void read(HeadLevel level, long cell) {
        level.type().read(level.box(), cell * logits.length, logits, logits.length);
        for (int side = 0; side < SIDES; side++) {
            if (bins == 1) {
                distances[side] = logits[side];
            } else {
                distances[side] = expectation(side);
            }
        }
    }

    private double expectation(int side) {
        int first = side * bins;
        double largest = logits[first];
        for (int bin = 1; bin < bins; bin++) {
            largest = Math.max(largest, logits[first + bin]);
        }
        double sum = 0;
        double weighted = 0;
        for (int bin = 0; bin < bins; bin++) {
            double exponential = Math.exp(logits[first + bin] - largest);
            probabilities[first + bin] = exponential;
            sum += exponential;
            weighted += bin * exponential;
        }
        for (int bin = 0; bin < bins; bin++) {
            probabilities[first + bin] /= sum;
        }
        logSums[side] = largest + Math.log(sum);
        return weighted / sum;
    }

    /// Writes the box of an anchor center (stride units), times `scale`, in the layout of [CompleteIou].
    void box(double centerX, double centerY, double scale, double[] boxes, int at) {
        CompleteIou.store((centerX - distances[0]) * scale, (centerY - distances[1]) * scale,
                (centerX + distances[2]) * scale, (centerY + distances[3]) * scale, boxes, at);
    }
}

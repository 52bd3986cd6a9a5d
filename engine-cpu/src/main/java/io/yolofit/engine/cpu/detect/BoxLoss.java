package io.yolofit.engine.cpu.detect;

/// CIoU and distance terms of an image's positives, and their gradients with respect to the box logits. All other box
/// logits have gradient 0.
///
/// Boxes are in stride units. With bin probabilities `p` and expectation `d`, the derivative of `d` with respect to
/// logit k is `p_k (k - d)`. The distance term is the cross-entropy with the two bins next to the true distance
/// (distribution focal loss, Li et al., 2020) or, with one bin, the L1 distance in fractions of the network input. One
/// instance belongs to one worker.
final class BoxLoss {
    /// True distances are clamped to the last bin minus this margin, in bins.
    private static final double LAST_BIN_MARGIN = 0.01;
    private static final int SIDES = SideDistances.SIDES;

    private final SideDistances sides;
    private final float[] gradients;
    private final double[] predicted = new double[CompleteIou.BOX];
    private final double[] wanted = new double[CompleteIou.BOX];
    private final double[] overlapByEdge = new double[SIDES];
    private final double[] trueDistances = new double[SIDES];

    private double boxSum;
    private double distanceSum;

    BoxLoss(int regMax) {
        this.sides = new SideDistances(regMax);
        this.gradients = new float[SIDES * regMax];
    }

    /// Computes [#boxSum] and [#distanceSum], the sums over the positives of one image before gains and normalizer.
    void add(Head head, ImageObjects objects, int image, Positives positives, GradientScale scale) {
        boxSum = 0;
        distanceSum = 0;
        int index = 0;
        for (int i = 0; i < head.levels().size(); i++) {
            HeadLevel level = head.levels().get(i);
            long firstCell = (long) image * level.anchors();
            long nextCell = firstCell;
            for (; index < positives.count() && positives.anchor(index) < head.starts()[i + 1]; index++) {
                int cell = positives.anchor(index) - head.starts()[i];
                sides.read(level, firstCell + cell);
                aim(head, level, cell, objects.boxes(), positives.object(index) * CompleteIou.BOX);
                addPositive(head, level, positives.weight(index), scale);
                if (scale.wanted()) {
                    clear(level, nextCell, firstCell + cell);
                    level.type().write(gradients, gradients.length, level.boxGradient(),
                            (firstCell + cell) * gradients.length);
                    nextCell = firstCell + cell + 1;
                }
            }
            if (scale.wanted()) {
                clear(level, nextCell, firstCell + level.anchors());
            }
        }
    }

    double boxSum() {
        return boxSum;
    }

    double distanceSum() {
        return distanceSum;
    }

    /// Sets the predicted box, the true box and the true distances of one anchor, in stride units.
    private void aim(Head head, HeadLevel level, int cell, double[] boxes, int at) {
        double centerX = cell % level.width() + 0.5;
        double centerY = cell / level.width() + 0.5;
        sides.box(centerX, centerY, 1, predicted, 0);
        CompleteIou.store(boxes[at] / level.stride(), boxes[at + 1] / level.stride(),
                boxes[at + 2] / level.stride(), boxes[at + 3] / level.stride(), wanted, 0);
        trueDistances[0] = centerX - wanted[0];
        trueDistances[1] = centerY - wanted[1];
        trueDistances[2] = wanted[2] - centerX;
        trueDistances[3] = wanted[3] - centerY;
        if (sides.bins > 1) {
            for (int side = 0; side < SIDES; side++) {
                trueDistances[side] = Math.clamp(trueDistances[side], 0, sides.bins - 1 - LAST_BIN_MARGIN);
            }
        }
    }

    private void addPositive(Head head, HeadLevel level, double weight, GradientScale scale) {
        double overlap = CompleteIou.valueAndGradient(predicted, 0, wanted, 0, overlapByEdge);
        boxSum += (1 - overlap) * weight;
        for (int side = 0; side < SIDES; side++) {
            double edgeByDistance = side < 2 ? -1 : 1;
            double byDistance = -overlapByEdge[side] * edgeByDistance * scale.box() * weight;
            if (sides.bins == 1) {
                double fraction = level.stride() / (double) (side % 2 == 0 ? head.width() : head.height());
                double difference = sides.distances[side] - trueDistances[side];
                distanceSum += Math.abs(difference) * fraction / SIDES * weight;
                gradients[side] = (float) (byDistance
                        + Math.signum(difference) * fraction / SIDES * scale.dfl() * weight);
            } else {
                distanceSum += crossEntropy(side) / SIDES * weight;
                spread(side, byDistance, scale.dfl() * weight / SIDES);
            }
        }
    }

    private double crossEntropy(int side) {
        int lower = (int) trueDistances[side];
        double upperShare = trueDistances[side] - lower;
        int logit = side * sides.bins + lower;
        return (1 - upperShare) * (sides.logSums[side] - sides.logits[logit])
                + upperShare * (sides.logSums[side] - sides.logits[logit + 1]);
    }

    /// Gradient with respect to the logits of one side, from the gradients of its distance and of its cross-entropy.
    private void spread(int side, double byDistance, double byCrossEntropy) {
        int lower = (int) trueDistances[side];
        double upperShare = trueDistances[side] - lower;
        for (int bin = 0; bin < sides.bins; bin++) {
            double probability = sides.probabilities[side * sides.bins + bin];
            double share = bin == lower ? 1 - upperShare : bin == lower + 1 ? upperShare : 0;
            gradients[side * sides.bins + bin] = (float) (byDistance * probability * (bin - sides.distances[side])
                    + byCrossEntropy * (probability - share));
        }
    }

    private void clear(HeadLevel level, long fromCell, long endCell) {
        if (fromCell < endCell) {
            long bytes = (long) gradients.length * level.type().bytes();
            level.boxGradient().asSlice(fromCell * bytes, (endCell - fromCell) * bytes).fill((byte) 0);
        }
    }
}

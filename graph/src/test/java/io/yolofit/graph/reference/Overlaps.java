package io.yolofit.graph.reference;

/// Independent implementation of complete IoU, with alpha given.
final class Overlaps {
    private static final double EPSILON = 1e-7;

    private Overlaps() {
    }

    static double completeIou(Box box, Box truth, double alpha) {
        double diagonal = square(Math.max(box.right(), truth.right()) - Math.min(box.left(), truth.left()))
                + square(Math.max(box.bottom(), truth.bottom()) - Math.min(box.top(), truth.top())) + EPSILON;
        double distance = square(box.centerX() - truth.centerX()) + square(box.centerY() - truth.centerY());
        return iou(box, truth) - distance / diagonal - alpha * aspect(box, truth);
    }

    static double alpha(Box box, Box truth) {
        return aspect(box, truth) / (aspect(box, truth) - iou(box, truth) + 1 + EPSILON);
    }

    private static double aspect(Box box, Box truth) {
        return 4 / square(Math.PI) * square(Math.atan(truth.width() / (truth.height() + EPSILON))
                - Math.atan(box.width() / (box.height() + EPSILON)));
    }

    private static double iou(Box box, Box truth) {
        double shared = Math.max(0, Math.min(box.right(), truth.right()) - Math.max(box.left(), truth.left()))
                * Math.max(0, Math.min(box.bottom(), truth.bottom()) - Math.max(box.top(), truth.top()));
        return shared / (box.width() * (box.height() + EPSILON) + truth.width() * (truth.height() + EPSILON) - shared
                + EPSILON);
    }

    private static double square(double number) {
        return number * number;
    }
}

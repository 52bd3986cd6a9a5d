package io.yolofit.train.eval;

/// Intersection over union of labels and detections.
final class Overlap {
    /// Avoids a division by zero for two empty boxes, in square pixels.
    private static final double EPSILON = 1e-7;

    private Overlap() {
    }

    static double iou(GroundTruth label, Detection detection) {
        double width = Math.min(label.x2(), detection.x2()) - (double) Math.max(label.x1(), detection.x1());
        double height = Math.min(label.y2(), detection.y2()) - (double) Math.max(label.y1(), detection.y1());
        if (!(width > 0 && height > 0)) {
            return 0;
        }
        double intersection = width * height;
        double labelArea = ((double) label.x2() - label.x1()) * ((double) label.y2() - label.y1());
        double detectionArea = ((double) detection.x2() - detection.x1()) * ((double) detection.y2() - detection.y1());
        return intersection / (labelArea + detectionArea - intersection + EPSILON);
    }
}

package io.yolofit.train.eval;

/// Matching result of one image.
///
/// @param scores confidence of each detection, descending
/// @param classes class of each detection
/// @param truePositives [detections][10]: whether the detection is a true positive at IoU .50, .55, ... .95
/// @param labelClasses class of each labeled object
public record ImageResult(float[] scores, int[] classes, boolean[][] truePositives, int[] labelClasses) {
    public ImageResult {
        if (scores.length != classes.length || scores.length != truePositives.length) {
            throw new IllegalArgumentException("an image has %d scores, %d classes and %d rows of true positives"
                    .formatted(scores.length, classes.length, truePositives.length));
        }
        for (boolean[] row : truePositives) {
            if (row.length != Matcher.THRESHOLDS) {
                throw new IllegalArgumentException("a row of true positives has %d IoU thresholds, but needs %d"
                        .formatted(row.length, Matcher.THRESHOLDS));
            }
        }
    }
}

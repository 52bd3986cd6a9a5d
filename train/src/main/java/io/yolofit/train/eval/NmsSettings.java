package io.yolofit.train.eval;

import java.util.Set;

/// Settings of non-maximum suppression.
///
/// @param confidence lower bound (exclusive) of a candidate's score (`conf`), in [0, 1)
/// @param iou a candidate whose IoU with a kept box of its class is above this is suppressed (`iou`), in [0, 1]; 1
///            keeps every box
/// @param maxDetections maximum number of detections of an image (`max_det`)
/// @param multiLabel whether a box gives a candidate for each class above `confidence`, or for its best class only
/// @param agnostic whether boxes of different classes suppress each other (`agnostic_nms`)
/// @param endToEndSuppressed whether predictions of end-to-end heads are suppressed too (`nms`)
/// @param maxCandidates candidates that enter suppression, best scores first
/// @param classes the classes to detect; empty means all
public record NmsSettings(float confidence, float iou, int maxDetections, boolean multiLabel, boolean agnostic,
        boolean endToEndSuppressed, int maxCandidates, Set<Integer> classes) {
    public static final int DEFAULT_MAX_CANDIDATES = 30_000;

    public NmsSettings {
        if (!(confidence >= 0 && confidence < 1)) {
            throw new IllegalArgumentException("conf must be at least 0 and below 1, but is " + confidence);
        }
        if (!(iou >= 0 && iou <= 1)) {
            throw new IllegalArgumentException("iou must be between 0 and 1, but is " + iou);
        }
        if (maxDetections < 1 || maxCandidates < 1) {
            throw new IllegalArgumentException("max_det and the candidate limit must be at least 1, but are %d and %d"
                    .formatted(maxDetections, maxCandidates));
        }
        classes = Set.copyOf(classes);
    }

    /// The settings of validation: conf 0.001, IoU 0.7, 300 detections, multi-label.
    public static NmsSettings validation() {
        return new NmsSettings(0.001f, 0.7f, 300, true, false, false, DEFAULT_MAX_CANDIDATES, Set.of());
    }

    /// The settings of prediction: conf 0.25, IoU 0.7, 300 detections, each box with its best class.
    public static NmsSettings prediction() {
        return new NmsSettings(0.25f, 0.7f, 300, false, false, false, DEFAULT_MAX_CANDIDATES, Set.of());
    }

    public NmsSettings withConfidence(float value) {
        return new NmsSettings(value, iou, maxDetections, multiLabel, agnostic, endToEndSuppressed,
                maxCandidates, classes);
    }

    public NmsSettings withIou(float value) {
        return new NmsSettings(confidence, value, maxDetections, multiLabel, agnostic, endToEndSuppressed,
                maxCandidates, classes);
    }

    public NmsSettings withMaxDetections(int value) {
        return new NmsSettings(confidence, iou, value, multiLabel, agnostic, endToEndSuppressed,
                maxCandidates, classes);
    }

    public NmsSettings withAgnostic(boolean value) {
        return new NmsSettings(confidence, iou, maxDetections, multiLabel, value, endToEndSuppressed,
                maxCandidates, classes);
    }

    public NmsSettings withClasses(Set<Integer> value) {
        return new NmsSettings(confidence, iou, maxDetections, multiLabel, agnostic, endToEndSuppressed,
                maxCandidates, value);
    }

    public NmsSettings withEndToEndSuppressed(boolean value) {
        return new NmsSettings(confidence, iou, maxDetections, multiLabel, agnostic, value, maxCandidates, classes);
    }

    /// For predictions of end-to-end heads (v10, 26), which have one box per object: the best scores of all boxes and
    /// classes, none of them suppressed. The same settings if `nms` asks for suppression.
    public NmsSettings ofEndToEnd() {
        return endToEndSuppressed ? this
                : new NmsSettings(confidence, 1, maxDetections, true, agnostic, false, maxCandidates, classes);
    }

    boolean wants(int classId) {
        return classes.isEmpty() || classes.contains(classId);
    }
}

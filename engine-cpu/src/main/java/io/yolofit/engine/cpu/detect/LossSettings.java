package io.yolofit.engine.cpu.detect;

/// Settings of the detection loss.
///
/// @param boxGain factor of the CIoU term
/// @param clsGain factor of the classification term
/// @param dflGain factor of the distance term
/// @param classes class logits per anchor
/// @param regMax bins per box side; with 1 the logit is the distance, and the distance term is an L1 loss
/// @param topK number of candidate anchors per object
/// @param keep maximum positives per object after conflicts are resolved; `topK` keeps all, 1 is one-to-one
/// @param alpha exponent of the class score in the metric
/// @param beta exponent of the overlap in the metric
public record LossSettings(double boxGain, double clsGain, double dflGain, int classes, int regMax,
                           int topK, int keep, double alpha, double beta) {
    private static final int DEFAULT_BINS = 16;
    private static final int DEFAULT_TOP_K = 10;

    public LossSettings {
        requireGain("box", boxGain);
        requireGain("cls", clsGain);
        requireGain("dfl", dflGain);
        requireGain("alpha", alpha);
        requireGain("beta", beta);
        if (classes < 1 || regMax < 1) {
            throw new IllegalArgumentException("a head needs at least 1 class and 1 bin per side, but has "
                    + classes + " classes and regMax " + regMax);
        }
        if (topK < 1 || keep < 1 || keep > topK) {
            throw new IllegalArgumentException("an object must claim topK >= 1 anchors and keep 1 to topK of them, "
                    + "but topK is " + topK + " and keep is " + keep);
        }
    }

    /// Default settings of a head with `classes` classes.
    public static LossSettings of(int classes) {
        return new LossSettings(7.5, 0.5, 1.5, classes, DEFAULT_BINS, DEFAULT_TOP_K, DEFAULT_TOP_K, 0.5, 6);
    }

    public LossSettings withGains(double box, double cls, double dfl) {
        return new LossSettings(box, cls, dfl, classes, regMax, topK, keep, alpha, beta);
    }

    public LossSettings withRegMax(int bins) {
        return new LossSettings(boxGain, clsGain, dflGain, classes, bins, topK, keep, alpha, beta);
    }

    /// `withTopK(7, 1)` is the one-to-one head of YOLOv10 and YOLO26.
    public LossSettings withTopK(int claimed, int kept) {
        return new LossSettings(boxGain, clsGain, dflGain, classes, regMax, claimed, kept, alpha, beta);
    }

    /// Another assignment.
    public LossSettings withAssignment(int claimed, int kept, double scoreExponent, double overlapExponent) {
        return new LossSettings(boxGain, clsGain, dflGain, classes, regMax, claimed, kept, scoreExponent,
                overlapExponent);
    }

    private static void requireGain(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number of at least 0, but is " + value);
        }
    }
}

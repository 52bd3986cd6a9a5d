package io.yolofit.train.eval;

import java.util.Arrays;

/// Average precision (recipe, "Evaluation"): precision and recall by rank, envelope, interpolation.
final class AveragePrecision {
    private static final int RECALL_POINTS = 101;

    private AveragePrecision() {
    }

    /// Precision and recall after each detection of one class, best score first.
    record PrecisionRecall(double[] precision, double[] recall) {

        /// @param correct which detections are true positives, by descending score
        /// @param labels labeled objects of the class, at least one
        static PrecisionRecall of(boolean[] correct, int labels) {
            var precision = new double[correct.length];
            var recall = new double[correct.length];
            int right = 0;
            for (int i = 0; i < correct.length; i++) {
                right += correct[i] ? 1 : 0;
                precision[i] = (double) right / (i + 1);
                recall[i] = (double) right / labels;
            }
            return new PrecisionRecall(precision, recall);
        }

        /// The monotone envelope: the curve with sentinels (0, 1), (last recall, 0), (1, 0) and non-increasing
        /// precision.
        Envelope envelope() {
            int count = recall.length;
            var recalls = new double[count + 3];
            var precisions = new double[count + 3];
            precisions[0] = 1;
            System.arraycopy(recall, 0, recalls, 1, count);
            System.arraycopy(precision, 0, precisions, 1, count);
            recalls[count + 1] = count == 0 ? 0 : recall[count - 1];
            recalls[count + 2] = 1;
            for (int i = count + 1; i >= 0; i--) {
                precisions[i] = Math.max(precisions[i], precisions[i + 1]);
            }
            return new Envelope(recalls, precisions);
        }
    }

    /// Precision over ascending recall.
    record Envelope(double[] recall, double[] precision) {

        /// The area under the curve by the trapezoid rule over 101 recalls from 0 to 1. A perfect class reaches 0.995,
        /// because the curve falls to 0 at recall 1.
        double area() {
            double area = 0;
            double left = precisionAt(0);
            for (int i = 1; i < RECALL_POINTS; i++) {
                double right = precisionAt(i / (RECALL_POINTS - 1.0));
                area += (left + right) / 2 / (RECALL_POINTS - 1);
                left = right;
            }
            return area;
        }

        double precisionAt(double at) {
            return interpolate(at, recall, precision, precision[0]);
        }
    }

    /// Linear interpolation between the points (xs, ys), xs ascending; before them `left`, after them the last y.
    /// Where several points share an x, the last of them counts.
    static double interpolate(double x, double[] xs, double[] ys, double left) {
        int last = xs.length - 1;
        if (x < xs[0]) {
            return left;
        }
        if (x >= xs[last]) {
            return ys[last];
        }
        int point = lastNotAbove(x, xs);
        double slope = (ys[point + 1] - ys[point]) / (xs[point + 1] - xs[point]);
        return slope * (x - xs[point]) + ys[point];
    }

    private static int lastNotAbove(double x, double[] xs) {
        int low = 0;
        int high = xs.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (xs[middle] <= x) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Moving average over a centered window of `fraction` of the length, rounded to an odd number (1,000 values and
    /// 0.1: 101), with the end values as padding. Each window is summed separately so that a plateau stays exactly
    /// flat.
    static double[] smooth(double[] values, double fraction) {
        int half = (int) Math.round(values.length * fraction / 2);
        int window = 2 * half + 1;
        var padded = new double[values.length + 2 * half];
        Arrays.fill(padded, 0, half, values[0]);
        System.arraycopy(values, 0, padded, half, values.length);
        Arrays.fill(padded, half + values.length, padded.length, values[values.length - 1]);
        var smoothed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double sum = 0;
            for (int j = i; j < i + window; j++) {
                sum += padded[j];
            }
            smoothed[i] = sum / window;
        }
        return smoothed;
    }
}

package io.yolofit.train.eval;

/// Metrics of one class that has labels.
///
/// @param classId the class
/// @param images images with at least one label of the class
/// @param instances labels of the class
/// @param precision at the confidence that maximizes the smoothed mean F1, IoU .50
/// @param recall at the same confidence
/// @param apByIou average precision at IoU .50, .55, ... .95
public record ClassMetrics(int classId, int images, int instances, double precision, double recall,
        double[] apByIou) {
    private static final int INDEX_75 = 5;

    public double ap50() {
        return apByIou[0];
    }

    public double ap75() {
        return apByIou[INDEX_75];
    }

    /// The mean over the ten IoU thresholds: AP50-95.
    public double ap() {
        double sum = 0;
        for (double ap : apByIou) {
            sum += ap;
        }
        return sum / apByIou.length;
    }

    public double f1() {
        return f1(precision, recall);
    }

    static double f1(double precision, double recall) {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}

package io.yolofit.train.eval;

/// Plotted curves at IoU .50, one row for each class that has labels.
///
/// @param classIds the class of each row
/// @param confidence 1,000 confidences from 0 to 1: x of `precision`, `recall` and `f1`
/// @param precision [rows][1000]
/// @param recall [rows][1000]
/// @param f1 [rows][1000]
/// @param recallGrid 1,000 recalls from 0 to 1: x of `precisionOverRecall`
/// @param precisionOverRecall [rows][1000]: the precision envelope
public record Curves(int[] classIds, double[] confidence, double[][] precision, double[][] recall, double[][] f1,
        double[] recallGrid, double[][] precisionOverRecall) {

    /// The mean over the classes of one of the curves; zeros if there is no class.
    public double[] mean(double[][] rows) {
        var mean = new double[confidence.length];
        for (double[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        return mean;
    }
}

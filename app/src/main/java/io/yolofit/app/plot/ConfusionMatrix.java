package io.yolofit.app.plot;

import java.util.Arrays;
import java.util.List;

/// A confusion matrix.
///
/// @param classes names, without the background
/// @param counts  `[predicted][true]`, with one more row and column than classes: the last row counts missed objects
///                (false negatives), the last column detections on background (false positives)
public record ConfusionMatrix(List<String> classes, long[][] counts) {
    public ConfusionMatrix {
        classes = List.copyOf(classes);
        int side = classes.size() + 1;
        if (counts.length != side || Arrays.stream(counts).anyMatch(row -> row.length != side)) {
            throw new IllegalArgumentException(
                    "a confusion matrix of " + classes.size() + " classes has " + side + " rows and columns");
        }
    }

    /// The number of rows and of columns, background included.
    public int side() {
        return classes.size() + 1;
    }

    String name(int index) {
        return index < classes.size() ? classes.get(index) : "background";
    }

    /// Each count divided by the sum of its column: the fraction of the objects of the true class.
    double[][] shares() {
        var shares = new double[side()][side()];
        for (int column = 0; column < side(); column++) {
            long total = 0;
            for (long[] row : counts) {
                total += row[column];
            }
            for (int row = 0; row < side(); row++) {
                shares[row][column] = total == 0 ? 0 : counts[row][column] / (double) total;
            }
        }
        return shares;
    }
}

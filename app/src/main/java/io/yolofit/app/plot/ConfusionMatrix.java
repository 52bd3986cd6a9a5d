package io.yolofit.app.plot;

import java.util.Arrays;
import java.util.List;

/// Which classes are taken for which.
///
/// @param classes names, without the background
/// @param counts  `[predicted][true]`, one more in both directions than there are classes: the last row counts objects
///                that were missed, the last column detections where there is no object
public record ConfusionMatrix(List<String> classes, long[][] counts) {
    public ConfusionMatrix {
        classes = List.copyOf(classes);
        int side = classes.size() + 1;
        if (counts.length != side || Arrays.stream(counts).anyMatch(row -> row.length != side)) {
            throw new IllegalArgumentException(
                    "a confusion matrix of " + classes.size() + " classes has " + side + " rows and columns");
        }
    }

    /// Rows and columns, background included.
    public int side() {
        return classes.size() + 1;
    }

    String name(int index) {
        return index < classes.size() ? classes.get(index) : "background";
    }

    /// Each count as a share of its column: of the objects that truly are of that class.
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

    /// Each count as a share of the largest.
    double[][] brightness() {
        long largest = Math.max(1, Arrays.stream(counts).flatMapToLong(Arrays::stream).max().orElse(1));
        return Arrays.stream(counts)
                .map(row -> Arrays.stream(row).mapToDouble(count -> count / (double) largest).toArray())
                .toArray(double[][]::new);
    }
}

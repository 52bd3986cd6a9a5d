package io.yolofit.app.plot;

import java.util.List;

/// The labels of a dataset, for plotting. All arrays have one value per box.
///
/// @param classes names
/// @param classOf the class index of each box
/// @param centerX relative to the image width, 0 to 1; the other coordinates likewise
public record LabelSet(List<String> classes, int[] classOf, double[] centerX, double[] centerY, double[] width,
        double[] height) {
    public LabelSet {
        classes = List.copyOf(classes);
        int boxes = classOf.length;
        if (centerX.length != boxes || centerY.length != boxes || width.length != boxes || height.length != boxes) {
            throw new IllegalArgumentException("labels of " + boxes + " boxes with " + centerX.length + ", "
                    + centerY.length + ", " + width.length + " and " + height.length + " coordinates");
        }
        for (int number : classOf) {
            if (number < 0 || number >= classes.size()) {
                throw new IllegalArgumentException("a box of class " + number + " of " + classes.size() + " classes");
            }
        }
    }

    int boxes() {
        return classOf.length;
    }

    /// The number of boxes of each class.
    long[] perClass() {
        var counts = new long[classes.size()];
        for (int number : classOf) {
            counts[number]++;
        }
        return counts;
    }
}

package io.yolofit.data.check;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import java.util.Arrays;
import java.util.List;

/// Sizes and numbers of the objects of all splits.
///
/// @param objects      of all splits
/// @param imageSize    side of the network's input, pixels
/// @param smallest     side of an object, `sqrt(width x height)`, letterboxed, pixels: the 1st percentile
/// @param tenth        the same, the 10th percentile
/// @param median       the same
/// @param largest      the same, the 99th percentile
/// @param tooSmall     share of objects with a side below [#STRIDE]
/// @param mostObjects  the largest number of objects in an image
/// @param mostObjectsIn that image; null without objects
public record ObjectProfile(long objects, int imageSize, double smallest, double tenth, double median, double largest,
                            double tooSmall, int mostObjects, LabeledImage mostObjectsIn) {
    /// The finest stride of a model without P2 level, pixels: the distance of its anchors.
    public static final int STRIDE = 8;
    private static final double LOW = 0.01;
    private static final double TENTH = 0.1;
    private static final double HALF = 0.5;
    private static final double HIGH = 0.99;

    static ObjectProfile of(List<SplitScan> scans, int imageSize) {
        double[] sides = scans.stream().flatMap(scan -> scan.images().stream()).flatMapToDouble(image ->
                image.labels().stream().mapToDouble(label -> side(label.width(), label.height(), image, imageSize)))
                .sorted().toArray();
        LabeledImage most = scans.stream().flatMap(scan -> scan.images().stream())
                .reduce((a, b) -> b.labels().size() > a.labels().size() ? b : a).orElse(null);
        int count = most == null ? 0 : most.labels().size();
        double small = sides.length == 0 ? 0
                : (double) Arrays.stream(sides).filter(side -> side < STRIDE).count() / sides.length;
        return new ObjectProfile(sides.length, imageSize, at(sides, LOW), at(sides, TENTH), at(sides, HALF),
                at(sides, HIGH), small, count, count == 0 ? null : most);
    }

    /// The side of an object in the letterboxed image, pixels.
    public static double side(double width, double height, LabeledImage image, int imageSize) {
        double scale = (double) imageSize / Math.max(image.width(), image.height());
        return scale * Math.sqrt(width * image.width() * height * image.height());
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}

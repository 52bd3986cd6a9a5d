package io.yolofit.train.advice;

import io.yolofit.data.dataset.LabeledImage;
import java.util.List;

/// Sizes of the objects of a data set.
public final class ObjectSizes {
    private ObjectSizes() {}

    /// A percentile of the objects' sides, `sqrt(width x height)`, in pixels, with images letterboxed to a square.
    ///
    /// @param share     from 0 to 1: .1 is the 10th percentile
    /// @param imageSize side of the square, pixels
    /// @return NaN without objects
    public static double side(List<LabeledImage> images, double share, int imageSize) {
        double[] sides = images.stream().flatMapToDouble(image -> {
            double scale = (double) imageSize / Math.max(image.width(), image.height());
            return image.labels().stream().mapToDouble(label -> scale * Math.sqrt((double) label.width() * image.width()
                    * label.height() * image.height()));
        }).sorted().toArray();
        return sides.length == 0 ? Double.NaN : sides[(int) Math.min(sides.length - 1, share * sides.length)];
    }
}

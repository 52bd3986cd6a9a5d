package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/// A moved sample whose pixels are yet to be made, row by row, and its objects. Closing it closes what the rows are
/// made from.
record LazySample(PixelRows rows, int height, int width, List<Target> targets, Runnable release)
        implements AutoCloseable {

    /// Of pixels that are there already; takes over the image.
    static LazySample of(LabeledPixels image) {
        return new LazySample(new MatRows(image.pixels()), image.height(), image.width(), image.targets(),
                image::close);
    }

    /// All pixels; the caller closes them.
    LabeledPixels toPixels() {
        Mat pixels = Mats.create(height, width);
        RowWriter.PLAIN.write(rows, HsvJitter.Gains.NONE, Mats.segment(pixels), height, width);
        return new LabeledPixels(pixels, targets);
    }

    @Override
    public void close() {
        release.run();
    }
}

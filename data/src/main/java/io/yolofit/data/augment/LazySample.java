package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/// A sample after the affine step: its objects, and its pixels as rows that are computed on demand. Closing it closes
/// the sources of the rows.
record LazySample(PixelRows rows, int height, int width, List<Target> targets, Runnable release)
        implements AutoCloseable {

    /// A sample of existing pixels; takes ownership of the image.
    static LazySample of(LabeledPixels image) {
        return new LazySample(new MatRows(image.pixels()), image.height(), image.width(), image.targets(),
                image::close);
    }

    /// Computes all pixels; the caller closes them.
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

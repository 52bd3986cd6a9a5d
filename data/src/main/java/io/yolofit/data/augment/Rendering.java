package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/// A moved sample whose pixels are yet to be made, row by row, and its objects. Closing it closes what the rows are
/// made from.
record Rendering(PixelRows rows, int height, int width, List<Target> targets, Runnable release)
        implements AutoCloseable {

    /// Of pixels that are there already; takes over the scene.
    static Rendering of(Scene scene) {
        return new Rendering(new MatRows(scene.pixels()), scene.height(), scene.width(), scene.targets(), scene::close);
    }

    /// All pixels; the caller closes them.
    Scene toScene() {
        Mat pixels = Mats.create(height, width);
        RowWriter.PLAIN.write(rows, HsvJitter.Gains.NONE, Mats.segment(pixels), height, width);
        return new Scene(pixels, targets);
    }

    @Override
    public void close() {
        release.run();
    }
}

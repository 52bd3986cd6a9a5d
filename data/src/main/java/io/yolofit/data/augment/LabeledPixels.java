package io.yolofit.data.augment;

import io.yolofit.data.dataset.LabeledImage;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/// An image in memory and its objects. Closing it closes the pixels. The pixels may be a view of a cache: a step may
/// write only to pixels that it has created itself.
public record LabeledPixels(Mat pixels, List<Target> targets) implements AutoCloseable {
    public LabeledPixels {
        targets = List.copyOf(targets);
    }

    /// A loaded image with its labels; takes ownership of the pixels.
    public static LabeledPixels of(LabeledImage image, Mat pixels) {
        return new LabeledPixels(pixels, image.labels().stream()
                .map(label -> Target.of(label, pixels.rows(), pixels.cols())).toList());
    }

    public int height() {
        return pixels.rows();
    }

    public int width() {
        return pixels.cols();
    }

    @Override
    public void close() {
        pixels.close();
    }
}

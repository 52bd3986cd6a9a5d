package io.yolofit.data.cache;

import io.yolofit.base.NativeBundle;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.image.ImageException;
import io.yolofit.data.image.LoadSize;
import io.yolofit.data.image.RgbImage;
import java.io.IOException;
import java.util.List;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// Decodes and resizes the file at every use.
final class DecodedImages implements ImageStore {
    static {
        NativeBundle.OPENCV.load();
    }

    private final List<LabeledImage> images;
    private final int imageSize;

    DecodedImages(List<LabeledImage> images, int imageSize) {
        this.images = images;
        this.imageSize = imageSize;
    }

    @Override
    public Mat load(int index) throws IOException {
        Mat pixels = new Mat();
        try {
            loadInto(index, pixels);
            return pixels;
        } catch (IOException | RuntimeException e) {
            pixels.close();
            throw e;
        }
    }

    /// The same into a given matrix, which is not reallocated if it has the right size.
    void loadInto(int index, Mat target) throws IOException {
        LabeledImage expected = images.get(index);
        try (RgbImage image = expected.intact() ? RgbImage.decodeIntact(expected.path())
                : RgbImage.decode(expected.path())) {
            if (image.height() != expected.height() || image.width() != expected.width()) {
                throw new ImageException("the image has %d x %d pixels now, %d x %d when it was scanned".formatted(
                        image.width(), image.height(), expected.width(), expected.height()));
            }
            LoadSize size = LoadSize.of(image.height(), image.width(), imageSize);
            if (size.height() == image.height() && size.width() == image.width()) {
                image.mat().copyTo(target);
                return;
            }
            try (Size resized = new Size(size.width(), size.height())) {
                opencv_imgproc.resize(image.mat(), target, resized, 0, 0, opencv_imgproc.INTER_LINEAR);
            }
        }
    }

    @Override
    public int imageSize() {
        return imageSize;
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public boolean isCached() {
        return false;
    }

    @Override
    public void close() {
        // nothing is held
    }
}

package io.yolofit.data.image;

import io.yolofit.base.NativeBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// A small gray picture of an image, upright, squeezed to a square: `[side, side]` bytes. JPEGs are decoded at a
/// fraction of their size where that suffices, which takes a fraction of the time.
public final class GrayThumbnail {
    private static final int OVERSAMPLING = 2;

    static {
        NativeBundle.OPENCV.load();
    }

    private GrayThumbnail() {
    }

    /// Throws [ImageException] if the image cannot be decoded.
    ///
    /// @param width  of the image, pixels
    /// @param height of the image, pixels
    /// @param intact whether the file is complete; another one is repaired first
    public static byte[] of(Path file, int width, int height, boolean intact, int side) throws IOException {
        if (!intact) {
            try (RgbImage image = RgbImage.decode(file); Mat gray = new Mat()) {
                opencv_imgproc.cvtColor(image.mat(), gray, opencv_imgproc.COLOR_RGB2GRAY);
                return resized(gray, side);
            }
        }
        byte[] content = RgbImage.content(file);
        int mode = mode(Math.min(width, height) / (OVERSAMPLING * side)); // initializes OpenCV's settings
        try (BytePointer bytes = new BytePointer(PngFile.matches(content) ? PngFile.withoutProfile(content) : content);
                Mat encoded = new Mat(1, (int) bytes.capacity(), opencv_core.CV_8UC1, bytes);
                Mat gray = opencv_imgcodecs.imdecode(encoded, mode)) {
            if (gray.empty() || gray.type() != opencv_core.CV_8UC1) {
                throw new ImageException("not an image that can be decoded (%d bytes)".formatted(content.length));
            }
            return resized(gray, side);
        } catch (RuntimeException e) { // JavaCPP maps OpenCV's exceptions to RuntimeException
            throw new ImageException("cannot be decoded: " + e.getMessage());
        }
    }

    private static int mode(int ratio) {
        return Mats.RGB < 0 || ratio < 2 ? opencv_imgcodecs.IMREAD_GRAYSCALE
                : ratio < 4 ? opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2
                : ratio < 8 ? opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4 : opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
    }

    private static byte[] resized(Mat gray, int side) {
        try (Size size = new Size(side, side); Mat small = new Mat()) {
            opencv_imgproc.resize(gray, small, size, 0, 0, opencv_imgproc.INTER_AREA);
            byte[] pixels = new byte[side * side];
            small.<ByteBuffer>createBuffer().get(pixels);
            return pixels;
        }
    }
}

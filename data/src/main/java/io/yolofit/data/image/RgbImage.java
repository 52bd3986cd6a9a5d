package io.yolofit.data.image;

import io.yolofit.base.NativeBundle;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// A decoded image, 8-bit RGB and upright: EXIF orientation is applied; 16-bit, gray, palette and CMYK sources are
/// converted.
///
/// Pixels are in native memory until [#close()].
public final class RgbImage implements AutoCloseable {
    static {
        NativeBundle.OPENCV.load();
    }

    private static final int MOST_BYTES = 1 << 30;

    private final Mat mat;
    private final String damage;

    private RgbImage(Mat mat, String damage) {
        this.mat = mat;
        this.damage = damage;
    }

    /// Reads, checks and decodes a file; a damaged image that is usable is repaired, see [#damage()]. Throws
    /// [ImageException] if it is empty or cannot be decoded.
    public static RgbImage decode(Path file) throws IOException {
        return decodeChecked(content(file));
    }

    /// The same for the content of a file.
    public static RgbImage decodeChecked(byte[] content) throws ImageException {
        if (JpegFile.matches(content)) {
            return decode(JpegFile.check(content));
        }
        return PngFile.matches(content) ? decode(PngFile.check(content)) : decode(content);
    }

    private static RgbImage decode(CheckedImage checked) throws ImageException {
        return new RgbImage(pixels(checked.content()), checked.header().damage());
    }

    /// The same for a file that [ImageHeader#read(Path)] found intact: without the check, which takes about half the
    /// time of decoding.
    public static RgbImage decodeIntact(Path file) throws IOException {
        return decode(content(file));
    }

    /// Decodes the content of an intact file. Throws [ImageException] if it is empty or OpenCV cannot decode it.
    public static RgbImage decode(byte[] content) throws ImageException {
        Optional<RasterSize> size = RasterSize.of(content);
        if (size.isPresent()) {
            ImageHeader.requireDecodable(size.get().height(), size.get().width());
        }
        return new RgbImage(pixels(PngFile.matches(content) ? PngFile.withoutProfile(content) : content), "");
    }

    private static Mat pixels(byte[] content) throws ImageException {
        if (content.length == 0) {
            throw new ImageException("the file is empty");
        }
        int type = Mats.RGB; // initializes OpenCV's settings
        try (BytePointer bytes = new BytePointer(content);
                Mat encoded = new Mat(1, content.length, opencv_core.CV_8UC1, bytes)) {
            Mat decoded = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB);
            if (decoded.empty() || decoded.type() != type) {
                decoded.close();
                throw new ImageException("not an image that can be decoded (%d bytes)".formatted(content.length));
            }
            return decoded;
        } catch (RuntimeException e) { // JavaCPP maps OpenCV's exceptions to RuntimeException
            throw new ImageException("cannot be decoded: " + e.getMessage());
        }
    }

    /// The content of a file. Throws [ImageException] if it is empty or too large.
    static byte[] content(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes == 0) {
            throw new ImageException("the file is empty");
        }
        if (bytes > MOST_BYTES) {
            throw new ImageException("the file has %d bytes, more than can be read (2^30)".formatted(bytes));
        }
        return Files.readAllBytes(file);
    }

    /// Takes ownership of a matrix of RGB bytes: closing the image closes it.
    public static RgbImage of(Mat pixels) {
        if (pixels.type() != Mats.RGB) {
            throw new IllegalArgumentException("expected OpenCV type %d, got %d".formatted(Mats.RGB, pixels.type()));
        }
        return new RgbImage(pixels, "");
    }

    /// Copies pixels.
    ///
    /// @param rgb `[height, width, 3]`
    public static RgbImage of(int height, int width, byte[] rgb) {
        if (rgb.length != Mats.bytes(height, width)) {
            throw new IllegalArgumentException("%d x %d pixels are %d bytes, not %d".formatted(width, height,
                    Mats.bytes(height, width), rgb.length));
        }
        Mat mat = Mats.create(height, width);
        Mats.segment(mat).copyFrom(MemorySegment.ofArray(rgb));
        return new RgbImage(mat, "");
    }

    public int height() {
        return mat.rows();
    }

    public int width() {
        return mat.cols();
    }

    /// What is missing of an image that was decoded nevertheless; empty if it is intact.
    public String damage() {
        return damage;
    }

    /// The OpenCV matrix, owned by this image.
    public Mat mat() {
        return mat;
    }

    /// `[height, width, 3]` bytes, valid until [#close()].
    public MemorySegment pixels() {
        return Mats.segment(mat);
    }

    /// A new image resized to its [LoadSize], bilinear; the caller closes both.
    public RgbImage toLoadSize(int imageSize) {
        LoadSize size = LoadSize.of(height(), width(), imageSize);
        if (size.height() == height() && size.width() == width()) {
            return new RgbImage(mat.clone(), damage);
        }
        Mat resized = new Mat();
        try (Size target = new Size(size.width(), size.height())) {
            opencv_imgproc.resize(mat, resized, target, 0, 0, opencv_imgproc.INTER_LINEAR);
        }
        return new RgbImage(resized, damage);
    }

    @Override
    public void close() {
        mat.close();
    }
}

package io.yolofit.data.image;

import io.yolofit.base.NativeBundle;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/// OpenCV matrices of RGB bytes, over our memory or OpenCV's.
///
/// Data loading is parallel over images; OpenCV itself is limited to one thread.
public final class Mats {
    static {
        NativeBundle.OPENCV.load(); // before the constants below, which OpenCV's classes define
        opencv_core.setNumThreads(1);
        OpenCvLog.silence();
    }

    /// The gray level of padding, as in every YOLO.
    public static final int GRAY = 114;
    /// Bytes per pixel.
    public static final int CHANNELS = 3;
    /// OpenCV's type of three interleaved bytes.
    public static final int RGB = opencv_core.CV_8UC3;

    private Mats() {
    }

    /// A new matrix with uninitialized pixels; the caller closes it.
    public static Mat create(int height, int width) {
        return new Mat(height, width, RGB);
    }

    /// A new matrix of padding gray; the caller closes it.
    public static Mat gray(int height, int width) {
        try (Scalar gray = grayScalar()) {
            return new Mat(height, width, RGB, gray);
        }
    }

    /// Padding gray as OpenCV's border value; the caller closes it.
    public static Scalar grayScalar() {
        return new Scalar(GRAY, GRAY, GRAY, 0);
    }

    /// A matrix that reads and writes `[height, width, 3]` bytes of the segment in place. The segment must be native,
    /// and must outlive the matrix, which the caller closes.
    public static Mat over(MemorySegment pixels, int height, int width) {
        long bytes = bytes(height, width);
        if (!pixels.isNative() || pixels.byteSize() < bytes) {
            throw new IllegalArgumentException("need native memory of %d bytes for %d x %d pixels, got %s".formatted(
                    bytes, width, height, pixels));
        }
        return new Mat(height, width, RGB, new SegmentPointer(pixels));
    }

    /// The pixels of a packed matrix as a segment; valid until the matrix is closed.
    public static MemorySegment segment(Mat pixels) {
        if (!pixels.isContinuous()) {
            throw new IllegalArgumentException("the matrix is a view of a larger one: its rows are not contiguous");
        }
        return MemorySegment.ofBuffer(pixels.<ByteBuffer>createBuffer());
    }

    public static long bytes(int height, int width) {
        return (long) height * width * CHANNELS;
    }

    /// An address without ownership, which JavaCPP offers to subclasses only.
    private static final class SegmentPointer extends Pointer {
        SegmentPointer(MemorySegment segment) {
            address = segment.address();
            limit = segment.byteSize();
            capacity = limit;
        }
    }
}

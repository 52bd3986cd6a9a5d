package io.yolofit.data.image;

import io.yolofit.base.NativeBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/// Generated images for tests, as pixels and as files.
public final class TestImages {
    static {
        NativeBundle.OPENCV.load();
    }

    private TestImages() {
    }

    /// An image of one color.
    public static Mat plain(int height, int width, int red, int green, int blue) {
        try (Scalar color = new Scalar(red, green, blue, 0)) {
            return new Mat(height, width, Mats.RGB, color);
        }
    }

    /// Red increases to the right, green downwards, blue is 128: position and orientation are recognizable.
    public static Mat gradient(int height, int width) {
        Mat mat = Mats.create(height, width);
        ByteBuffer pixels = mat.createBuffer();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels.put((byte) (255 * x / (width - 1))).put((byte) (255 * y / (height - 1))).put((byte) 128);
            }
        }
        return mat;
    }

    /// Writes RGB pixels; the format follows from the file's extension.
    public static Path write(Path file, Mat rgb) throws IOException {
        try (Mat bgr = new Mat()) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            return writeRaw(file, bgr);
        }
    }

    /// Writes a matrix without conversion: any number of channels, 8 or 16 bits.
    public static Path writeRaw(Path file, Mat mat) throws IOException {
        String name = file.getFileName().toString();
        try (BytePointer encoded = new BytePointer()) {
            opencv_imgcodecs.imencode(name.substring(name.lastIndexOf('.')), mat, encoded);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes);
        }
    }

    /// A baseline or progressive JPEG, with the given parameters of `imencode`.
    public static byte[] jpeg(Mat rgb, int... parameters) {
        try (Mat bgr = new Mat(); BytePointer encoded = new BytePointer();
                IntPointer given = new IntPointer(parameters)) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            opencv_imgcodecs.imencode(".jpg", bgr, encoded, given);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    public static Path writeGradient(Path file, int height, int width) throws IOException {
        try (Mat mat = gradient(height, width)) {
            return write(file, mat);
        }
    }

    /// A 16-bit PNG or TIFF of the gradient.
    public static Path writeGradient16(Path file, int height, int width) throws IOException {
        try (Mat mat = new Mat(height, width, opencv_core.CV_16UC3)) {
            ShortBuffer pixels = mat.createBuffer();
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    pixels.put((short) (128 * 257)).put((short) (65535 * y / (height - 1)))
                            .put((short) (65535 * x / (width - 1)));
                }
            }
            return writeRaw(file, mat);
        }
    }

    /// Inserts a segment, such as EXIF, after a JPEG's start marker.
    public static byte[] withSegment(byte[] jpeg, int marker, byte[] payload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        int length = payload.length + 2;
        out.write(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length});
        out.write(payload);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    /// An EXIF payload with only an orientation.
    public static byte[] exif(int orientation) {
        return ByteBuffer.allocate(32).put("Exif\0\0MM\0*".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .putInt(8).putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1)
                .putShort((short) orientation).putShort((short) 0).putInt(0).array();
    }

    /// Red, green and blue of a pixel.
    public static int[] pixel(Mat rgb, int y, int x) {
        try (BytePointer row = rgb.ptr(y, x)) {
            return new int[] {row.get(0) & 0xff, row.get(1) & 0xff, row.get(2) & 0xff};
        }
    }
}

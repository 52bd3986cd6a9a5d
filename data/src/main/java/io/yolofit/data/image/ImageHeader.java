package io.yolofit.data.image;

import java.io.IOException;
import java.nio.file.Path;

/// An image's upright size, read without decoding where the format allows, and a check that the file is complete.
///
/// JPEG and PNG are checked ([JpegFile], [PngFile]): a decoder would fill missing parts with gray, and print warnings
/// that do not name the file. Other formats are rare and are decoded. The format is detected from the content, because
/// file extensions are often wrong.
///
/// @param damage what is missing of an image that is used nevertheless; empty if it is intact
public record ImageHeader(int height, int width, String damage) {
    private static final long MOST_PIXELS = 1L << 30; // OpenCV's limit
    private static final int LONGEST_SIDE = 1 << 20; // OpenCV's limit

    public ImageHeader(int height, int width) {
        this(height, width, "");
    }

    /// Throws [ImageException] with the reason if the file is empty, truncated, too large, or not an image.
    public static ImageHeader read(Path file) throws IOException {
        byte[] content = RgbImage.content(file);
        if (JpegFile.matches(content)) {
            return JpegFile.check(content).header();
        }
        if (PngFile.matches(content)) {
            return PngFile.check(content).header();
        }
        try (RgbImage image = RgbImage.decode(content)) {
            return new ImageHeader(image.height(), image.width());
        }
    }

    static void requireDecodable(long height, long width) throws ImageException {
        if (height * width > MOST_PIXELS || Math.max(height, width) > LONGEST_SIDE) {
            throw new ImageException("%d x %d pixels are more than can be decoded (2^30, and 2^20 per side)".formatted(
                    width, height));
        }
    }

    /// The size after applying an EXIF orientation: 5 to 8 swap the sides.
    static ImageHeader upright(int height, int width, int orientation) throws ImageException {
        if (height <= 0 || width <= 0) {
            throw new ImageException("the header says %d x %d pixels".formatted(width, height));
        }
        return orientation >= 5 && orientation <= 8 ? new ImageHeader(width, height) : new ImageHeader(height, width);
    }

    ImageHeader withDamage(String what) {
        return new ImageHeader(height, width, what);
    }
}

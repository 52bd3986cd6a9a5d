package io.yolofit.data.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// An image's upright size, read without decoding where the format allows, and a check that the file is complete.
///
/// JPEG and PNG are parsed segment by segment ([JpegHeader], [PngHeader]): a truncated file has no end marker, and a
/// decoder would fill the missing part with gray. Other formats are rare and are decoded. The format is detected from
/// the content, because file extensions are often wrong.
public record ImageHeader(int height, int width) {

    /// Throws [ImageException] with the reason if the file is empty, truncated, or not an image.
    public static ImageHeader read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileBytes bytes = new FileBytes(channel);
            if (bytes.length() == 0) {
                throw new ImageException("the file is empty");
            }
            if (JpegHeader.matches(bytes)) {
                return JpegHeader.read(bytes);
            }
            if (PngHeader.matches(bytes)) {
                return PngHeader.read(bytes);
            }
        }
        try (RgbImage image = RgbImage.decode(file)) {
            return new ImageHeader(image.height(), image.width());
        }
    }

    /// The size after applying an EXIF orientation: 5 to 8 swap the sides.
    static ImageHeader upright(int height, int width, int orientation) throws ImageException {
        if (height <= 0 || width <= 0) {
            throw new ImageException("the header says %d x %d pixels".formatted(width, height));
        }
        return orientation >= 5 && orientation <= 8 ? new ImageHeader(width, height) : new ImageHeader(height, width);
    }
}

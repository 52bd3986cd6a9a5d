package io.yolofit.api;

import io.yolofit.api.model.ImagePrediction;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.image.ImageException;
import io.yolofit.data.image.RgbImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Images of Java programs as decoded images. The caller closes them.
final class Pixels {
    private static final int CHANNELS = 3;

    private Pixels() {}

    static RgbImage of(Path file) {
        try {
            return ImagePrediction.read(file);
        } catch (ImagePrediction.UnreadableImage unreadable) {
            throw new YoloFitException("the image cannot be read: " + unreadable.getMessage(), file.toString(),
                    "use another image", unreadable);
        }
    }

    /// The content of an image file: JPEG, PNG, BMP, WebP or TIFF. The buffer's position stays as it is.
    static RgbImage of(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        try {
            return RgbImage.decodeChecked(bytes);
        } catch (ImageException damaged) {
            throw new YoloFitException("the image cannot be read: " + damaged.getMessage(), "a buffer of "
                    + bytes.length + " bytes", "pass the content of an image file", damaged);
        }
    }

    /// The colors of an image; transparency is ignored.
    static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            gray(image, rgb);
            return RgbImage.of(height, width, rgb);
        }
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                rgb[at++] = (byte) (row[x] >> 16);
                rgb[at++] = (byte) (row[x] >> 8);
                rgb[at++] = (byte) row[x];
            }
        }
        return RgbImage.of(height, width, rgb);
    }

    /// Gray values as they are: `getRGB` would convert them from Java's linear gray to sRGB and brighten the image.
    private static void gray(BufferedImage image, byte[] rgb) {
        int width = image.getWidth();
        int shift = Math.max(0, image.getColorModel().getComponentSize(0) - Byte.SIZE);
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                byte value = (byte) (row[x] >> shift);
                rgb[at++] = value;
                rgb[at++] = value;
                rgb[at++] = value;
            }
        }
    }
}

package io.yolofit.data.draw;

import io.yolofit.data.image.ImageException;
import io.yolofit.data.image.Mats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/// Lines, text and saving on an RGB matrix.
final class Canvas {
    private static final int FONT = opencv_imgproc.FONT_HERSHEY_SIMPLEX;
    private static final double FONT_PIXELS = 30; // height of the font at scale 1, including its margin
    private static final int FILLED = -1;
    private static final int JPEG_QUALITY = 92;

    private final Mat rgb;
    private final int line; // thickness in pixels
    private final double fontScale;

    Canvas(Mat rgb, int textHeight, int line) {
        this.rgb = rgb;
        this.line = line;
        this.fontScale = textHeight / FONT_PIXELS;
    }

    /// A canvas with text and lines in proportion to an image of this size.
    static Canvas sizedFor(Mat rgb, int height, int width) {
        return sizedFor(rgb, height, width, OptionalInt.empty());
    }

    /// The same with a given line width, pixels.
    static Canvas sizedFor(Mat rgb, int height, int width, OptionalInt line) {
        int side = (height + width) / 2;
        return new Canvas(rgb, Math.clamp(side / 32, 11, 60),
                line.orElse(side < 200 ? 1 : Math.max(2, side / 320)));
    }

    /// A frame with a caption, unless it is empty, above its top-left corner or inside it at the top of the image.
    void box(double x1, double y1, double x2, double y2, int[] color, String caption) {
        rectangle((int) x1, (int) y1, (int) x2, (int) y2, color, line);
        if (caption.isEmpty()) {
            return;
        }
        int[] size = textSize(caption);
        int left = Math.clamp((int) x1, 0, Math.max(0, rgb.cols() - size[0]));
        int bottom = (int) y1 >= size[1] ? (int) y1 : (int) y1 + size[1];
        rectangle(left, bottom - size[1], left + size[0], bottom, color, FILLED);
        text(caption, left, bottom, Palette.textOn(color));
    }

    /// Text on a dark background, its top-left corner at (x, y).
    void caption(String text, int x, int y) {
        int[] size = textSize(text);
        rectangle(x, y, x + size[0], y + size[1], new int[] {40, 40, 40}, FILLED);
        text(text, x, y + size[1], new int[] {255, 255, 255});
    }

    private void rectangle(int x1, int y1, int x2, int y2, int[] color, int thickness) {
        try (Point from = new Point(x1, y1); Point to = new Point(x2, y2); Scalar scalar = Palette.scalar(color)) {
            opencv_imgproc.rectangle(rgb, from, to, scalar, thickness, opencv_imgproc.LINE_8, 0);
        }
    }

    private void text(String text, int left, int bottom, int[] color) {
        int margin = margin();
        Optional<UnicodeText> unicode = unicode(text);
        if (unicode.isPresent()) {
            blend(unicode.get(), left + margin, bottom - margin - unicode.get().height(), color);
            return;
        }
        try (Point origin = new Point(left + margin, bottom - margin - baseline(text));
                Scalar scalar = Palette.scalar(color)) {
            opencv_imgproc.putText(rgb, printable(text), origin, FONT, fontScale, scalar, stroke(),
                    opencv_imgproc.LINE_AA, false);
        }
    }

    /// The rasterized text if OpenCV's font does not have its characters.
    private Optional<UnicodeText> unicode(String text) {
        return UnicodeText.isAscii(text) ? Optional.empty()
                : UnicodeText.of(text, Math.max(1, (int) Math.round(FONT_PIXELS * fontScale)));
    }

    /// Draws the part of the text that is inside the image.
    private void blend(UnicodeText text, int left, int top, int[] color) {
        int first = Math.max(0, left);
        int end = Math.min(rgb.cols(), left + text.width());
        byte[] pixels = new byte[Mats.CHANNELS * Math.max(0, end - first)];
        for (int y = Math.max(0, top); y < Math.min(rgb.rows(), top + text.height()) && first < end; y++) {
            try (BytePointer row = rgb.ptr(y, first)) {
                row.get(pixels);
                for (int i = 0; i < pixels.length; i++) {
                    int x = first - left + i / Mats.CHANNELS;
                    int opacity = text.coverage()[(y - top) * text.width() + x] & 0xff;
                    int below = pixels[i] & 0xff;
                    pixels[i] = (byte) (below + (color[i % Mats.CHANNELS] - below) * opacity / 255);
                }
                row.put(pixels);
            }
        }
    }

    /// Width and height of a text with its margins, in pixels.
    private int[] textSize(String text) {
        Optional<UnicodeText> unicode = unicode(text);
        if (unicode.isPresent()) {
            return new int[] {unicode.get().width() + 2 * margin(), unicode.get().height() + 2 * margin()};
        }
        int[] baseline = new int[1];
        try (Size size = opencv_imgproc.getTextSize(printable(text), FONT, fontScale, stroke(), baseline)) {
            return new int[] {size.width() + 2 * margin(), size.height() + baseline[0] / 2 + 2 * margin()};
        }
    }

    private int baseline(String text) {
        int[] baseline = new int[1];
        opencv_imgproc.getTextSize(printable(text), FONT, fontScale, stroke(), baseline).close();
        return baseline[0] / 2;
    }

    private int margin() {
        return Math.max(1, (int) (fontScale * 5));
    }

    private int stroke() {
        return fontScale > 0.8 ? 2 : 1;
    }

    /// OpenCV's built-in font has ASCII only; used for other text where Java2D cannot draw it.
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /// Writes an RGB matrix as a JPEG; creates the folder.
    static void saveJpeg(Mat rgb, Path file) throws IOException {
        try (Mat bgr = new Mat(); BytePointer encoded = new BytePointer();
                IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY,
                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR, // no chroma subsampling, which grays thin lines
                        opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444)) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(".jpg", bgr, encoded, quality)) {
                throw new ImageException("OpenCV cannot encode %d x %d pixels as JPEG".formatted(rgb.cols(),
                        rgb.rows()));
            }
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.write(file, bytes);
        }
    }
}

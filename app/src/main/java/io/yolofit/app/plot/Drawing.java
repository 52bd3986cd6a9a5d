package io.yolofit.app.plot;

import io.yolofit.base.file.AtomicFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/// Draws plots without a display and writes them as PNG.
///
/// Positions and sizes are in points; a point is [#SCALE] pixels, so that text is sharp on high-density screens.
public final class Drawing {
    static final int SCALE = 2;

    static {
        setHeadless();
    }

    private Drawing() {}

    /// AWT requires a display, or appears in the dock, unless headless mode is set before its first use. Every class of
    /// this package that holds colors or fonts calls this first.
    static void setHeadless() {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    /// Why plots cannot be drawn on this machine; empty if they can. A machine without fonts, or a Java without the
    /// module java.desktop, can train but not draw.
    public static Optional<String> failure() {
        try {
            draw(20, 20, canvas -> canvas.drawString("a", 5, 15));
            return Optional.empty();
        } catch (LinkageError | InternalError | RuntimeException failure) {
            return Optional.of(failure.toString());
        }
    }

    /// A white image of that size with the painter applied.
    static BufferedImage draw(int width, int height, Consumer<Graphics2D> painter) {
        var image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        try {
            canvas.scale(SCALE, SCALE);
            canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            canvas.setColor(Color.WHITE);
            canvas.fillRect(0, 0, width, height);
            canvas.setColor(Palette.TEXT);
            canvas.setFont(font(Font.PLAIN, 12));
            painter.accept(canvas);
        } finally {
            canvas.dispose();
        }
        return image;
    }

    /// Writes an image atomically.
    static void write(BufferedImage image, Path file) throws IOException {
        AtomicFile.replace(file, draft -> {
            if (!ImageIO.write(image, "png", draft.toFile())) {
                throw new IOException("this Java cannot write PNG files: " + file);
            }
        });
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /// Draws text centered at that position.
    static void centered(Graphics2D canvas, String text, double x, double y) {
        var metrics = canvas.getFontMetrics();
        canvas.drawString(text, (float) (x - metrics.stringWidth(text) / 2.0),
                (float) (y + (metrics.getAscent() - metrics.getDescent()) / 2.0));
    }

    /// The text, shortened in the middle if it is wider than `width` points: numbered names differ at the end.
    static String cut(Font font, String text, int width) {
        int[] characters = text.codePoints().toArray();
        String shown = text;
        for (int kept = characters.length - 1; kept > 1 && width(font, shown) > width; kept--) {
            int end = kept / 3;
            shown = new String(characters, 0, kept - end) + "…" + new String(characters, characters.length - end, end);
        }
        return shown;
    }

    /// The text with `U+56FE` for each character that no installed font has, so that names stay distinct.
    static String drawable(String text) {
        Font font = font(Font.PLAIN, 12);
        if (font.canDisplayUpTo(text) < 0) {
            return text;
        }
        return text.codePoints().mapToObj(character -> font.canDisplay(character) ? Character.toString(character)
                : codePoint(character)).collect(Collectors.joining());
    }

    /// A warning about names with characters that no installed font has; empty if all can be drawn.
    public static Optional<String> missingCharacters(List<String> names) {
        Font font = font(Font.PLAIN, 12);
        return names.stream().filter(name -> font.canDisplayUpTo(name) >= 0).findFirst().map(name -> {
            int character = name.codePointAt(font.canDisplayUpTo(name));
            return "no installed font has the character '" + Character.toString(character) + "' ("
                    + codePoint(character) + ") of the class '" + name + "': plots show it as " + codePoint(character)
                    + "; install a font that has it, such as fonts-noto-cjk for Chinese, Japanese and Korean";
        });
    }

    private static String codePoint(int character) {
        return String.format(Locale.ROOT, "U+%04X", character);
    }

    /// The width of a text, points.
    static int width(Font font, String text) {
        return (int) Math.ceil(font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth());
    }
}

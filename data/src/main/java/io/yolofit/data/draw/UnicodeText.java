package io.yolofit.data.draw;

import java.awt.AWTError;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.util.Optional;

/// Text beyond ASCII, which OpenCV's built-in font does not have, rasterized by Java2D with the fonts of the system:
/// any script, shaped and in its writing direction. Characters that no font has become `?`.
///
/// @param height pixels
/// @param width pixels
/// @param coverage opacity of each pixel, 0 to 255, in row-major order
record UnicodeText(int height, int width, byte[] coverage) {
    private static final FontRenderContext ANTIALIASED = new FontRenderContext(null, true, true);

    static boolean isAscii(String text) {
        return text.chars().allMatch(character -> character < 0x80);
    }

    /// Rasterizes one line of text; empty if this Java has no fonts or no desktop module.
    ///
    /// @param size size of the font in pixels
    static Optional<UnicodeText> of(String text, int size) {
        try {
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, size);
            return Optional.of(draw(new TextLayout(drawable(text, font), font, ANTIALIASED)));
        } catch (LinkageError | InternalError | AWTError | RuntimeException e) { // no libraries, fonts or display
            return Optional.empty();
        }
    }

    private static String drawable(String text, Font font) {
        StringBuilder drawable = new StringBuilder();
        text.codePoints().map(point -> Character.isISOControl(point) || !font.canDisplay(point) ? '?' : point)
                .forEach(drawable::appendCodePoint);
        return drawable.toString();
    }

    private static UnicodeText draw(TextLayout layout) {
        int width = Math.max(1, (int) Math.ceil(layout.getAdvance()));
        int height = Math.max(1, (int) Math.ceil(layout.getAscent() + layout.getDescent()));
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        layout.draw(graphics, 0, layout.getAscent());
        graphics.dispose();
        byte[] coverage = new byte[width * height];
        for (int i = 0; i < coverage.length; i++) {
            coverage[i] = (byte) (image.getRGB(i % width, i / width) >>> 24);
        }
        return new UnicodeText(height, width, coverage);
    }
}

package io.yolofit.app.plot;

import java.awt.Color;
import java.util.List;

/// The colors of all plots.
final class Palette {
    static {
        Drawing.setHeadless(); // first, because the colors below load AWT
    }

    /// Colors of series; they repeat.
    static final int COLORS = 10;
    static final Color TEXT = new Color(0x22, 0x26, 0x2b);
    static final Color FAINT_TEXT = new Color(0x6b, 0x72, 0x7c);
    static final Color GRID = new Color(0xe4, 0xe7, 0xeb);
    static final Color FRAME = new Color(0xb5, 0xbc, 0xc5);
    static final Color STRONG = new Color(0x0b, 0x3c, 0x8c);
    static final Color ACCENT = new Color(0xe8, 0x75, 0x1a);
    static final Color FAINT = new Color(0xb4, 0xc2, 0xd6);

    /// Distinguishable with color-blindness (after Okabe and Ito), lighter ones last.
    private static final List<Color> SERIES = List.of(
            new Color(0x00, 0x72, 0xb2), new Color(0xd5, 0x5e, 0x00), new Color(0x00, 0x9e, 0x73),
            new Color(0xcc, 0x79, 0xa7), new Color(0x56, 0xb4, 0xe9), new Color(0xe6, 0x9f, 0x00),
            new Color(0x7a, 0x51, 0x95), new Color(0x8c, 0x56, 0x4b), new Color(0x7f, 0x7f, 0x7f),
            new Color(0xb8, 0xb0, 0x1e));
    /// White to dark blue in equal steps of lightness.
    private static final List<Color> SCALE = List.of(
            Color.WHITE, new Color(0xde, 0xeb, 0xf7), new Color(0x9e, 0xca, 0xe1), new Color(0x42, 0x92, 0xc6),
            new Color(0x08, 0x51, 0x9c), new Color(0x08, 0x30, 0x6b));

    /// The darkest share on which dark text can be read.
    static final double DARKEST_UNDER_TEXT = 0.56;

    private Palette() {}

    /// A color for the n-th series; they repeat after ten.
    static Color series(int number) {
        return SERIES.get(Math.floorMod(number, COLORS));
    }

    /// A scale of that many colors between two shares.
    static Color[] scale(int colors, double lightest, double darkest) {
        var scale = new Color[colors];
        for (int at = 0; at < colors; at++) {
            scale[at] = share(lightest + (darkest - lightest) * at / (colors - 1));
        }
        return scale;
    }

    /// The color of a share from 0 (white) to 1 (dark blue).
    private static Color share(double share) {
        double position = share * (SCALE.size() - 1);
        int below = Math.min((int) position, SCALE.size() - 2);
        Color from = SCALE.get(below);
        Color to = SCALE.get(below + 1);
        double part = position - below;
        return new Color(mix(from.getRed(), to.getRed(), part), mix(from.getGreen(), to.getGreen(), part),
                mix(from.getBlue(), to.getBlue(), part));
    }

    private static int mix(int from, int to, double part) {
        return (int) Math.round(from + (to - from) * part);
    }
}

package io.yolofit.data.draw;

import org.bytedeco.opencv.opencv_core.Scalar;

/// A color per class, for any number of classes: hues advance by the golden angle, so that neighbors differ strongly
/// and no hue repeats; saturation and value alternate.
final class Palette {
    private static final double GOLDEN_TURN = 0.61803398875;
    private static final double[] SATURATION = {0.95, 0.75, 0.85};
    private static final double[] VALUE = {0.95, 0.8, 0.65, 1.0};

    private Palette() {
    }

    /// Red, green and blue, 0 to 255.
    static int[] color(int category) {
        double hue = category * GOLDEN_TURN % 1 * 6;
        double saturation = SATURATION[Math.floorMod(category, SATURATION.length)];
        double value = VALUE[Math.floorMod(category, VALUE.length)];
        return new int[] {channel(5, hue, saturation, value), channel(3, hue, saturation, value),
            channel(1, hue, saturation, value)};
    }

    /// HSV to RGB in closed form: `v - v s max(0, min(k, 4 - k, 1))` with `k = (n + hue) mod 6`.
    private static int channel(int n, double hue, double saturation, double value) {
        double k = (n + hue) % 6;
        double part = Math.clamp(Math.min(k, 4 - k), 0, 1);
        return (int) Math.round(255 * (value - value * saturation * part));
    }

    static Scalar scalar(int[] color) {
        return new Scalar(color[0], color[1], color[2], 0);
    }

    /// Black or white, by the Rec. 601 luminance of the background color.
    static int[] textOn(int[] color) {
        double luminance = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2];
        return luminance > 140 ? new int[] {0, 0, 0} : new int[] {255, 255, 255};
    }
}

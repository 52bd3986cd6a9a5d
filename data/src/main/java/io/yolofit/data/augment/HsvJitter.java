package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.nio.ByteBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/// Varies hue, saturation and value: with gains r drawn from +-(h, s, v), hue + 180 r modulo 180 (OpenCV counts hue in
/// steps of two degrees), saturation and value times 1 + r, clipped to a byte; fractions are cut off.
final class HsvJitter {
    private static final int LEVELS = 256;
    private static final int HUES = 180;

    private HsvJitter() {
    }

    /// Draws gains and changes the pixels in place.
    static void apply(Draws draws, Augmentation options, Mat rgb) {
        double hue = draws.uniform(-1, 1) * options.hsvH();
        double saturation = draws.uniform(-1, 1) * options.hsvS();
        double value = draws.uniform(-1, 1) * options.hsvV();
        if (hue != 0 || saturation != 0 || value != 0) {
            apply(hue, saturation, value, rgb);
        }
    }

    static void apply(double hue, double saturation, double value, Mat rgb) {
        try (Mat hsv = new Mat(); Mat table = new Mat(1, LEVELS, Mats.RGB)) {
            ByteBuffer entries = table.createBuffer();
            for (int level = 0; level < LEVELS; level++) {
                double turned = (level + hue * HUES) % HUES;
                entries.put((byte) (turned < 0 ? turned + HUES : turned));
                entries.put((byte) Math.clamp(level * (1 + saturation), 0, LEVELS - 1));
                entries.put((byte) Math.clamp(level * (1 + value), 0, LEVELS - 1));
            }
            opencv_imgproc.cvtColor(rgb, hsv, opencv_imgproc.COLOR_RGB2HSV);
            opencv_core.LUT(hsv, table, hsv);
            opencv_imgproc.cvtColor(hsv, rgb, opencv_imgproc.COLOR_HSV2RGB);
        }
    }
}

package io.yolofit.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.image.Mats;
import io.yolofit.data.image.TestImages;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HsvJitterTest {
    private static final int LEVELS = 256;

    private static void apply(HsvJitter.Gains gains, Mat rgb) {
        RowWriter.PLAIN.write(new MatRows(rgb), gains, Mats.segment(rgb), rgb.rows(), rgb.cols());
    }

    /// The same jitter through OpenCV: to HSV, lookup table, back.
    private static void applyByOpenCv(HsvJitter.Gains gains, Mat rgb) {
        try (Mat hsv = new Mat(); Mat table = new Mat(1, LEVELS, Mats.RGB)) {
            ByteBuffer entries = table.createBuffer();
            for (int level = 0; level < LEVELS; level++) {
                double rotated = (level + gains.hue() * 180) % 180;
                entries.put((byte) (rotated < 0 ? rotated + 180 : rotated));
                entries.put((byte) Math.clamp(level * (1 + gains.saturation()), 0, LEVELS - 1));
                entries.put((byte) Math.clamp(level * (1 + gains.value()), 0, LEVELS - 1));
            }
            opencv_imgproc.cvtColor(rgb, hsv, opencv_imgproc.COLOR_RGB2HSV);
            opencv_core.LUT(hsv, table, hsv);
            opencv_imgproc.cvtColor(hsv, rgb, opencv_imgproc.COLOR_HSV2RGB);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0001,0,0", "0,0.7,0", "0,0,-0.4", "0.0123,0.5,-0.3", "-0.987,-0.2,0.4", "0.5,-1,1"})
    void everyColorMatchesOpenCvBitForBit(double hue, double saturation, double value) {
        HsvJitter.Gains gains = new HsvJitter.Gains(hue, saturation, value);
        try (Mat ours = Mats.create(LEVELS, LEVELS); Mat theirs = Mats.create(LEVELS, LEVELS)) {
            for (int red = 0; red < LEVELS; red++) {
                ByteBuffer pixels = ours.createBuffer();
                for (int i = 0; i < LEVELS * LEVELS; i++) {
                    pixels.put((byte) red).put((byte) (i / LEVELS)).put((byte) i);
                }
                ours.copyTo(theirs);
                apply(gains, ours);
                applyByOpenCv(gains, theirs);
                assertThat(Mats.segment(ours).mismatch(Mats.segment(theirs))).as("red %d", red).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 13, 33, 1281})
    void theResultDoesNotDependOnThePositionInARow(int width) {
        HsvJitter.Gains gains = new HsvJitter.Gains(0.01, 0.3, -0.2);
        try (Mat one = TestImages.plain(1, 1, 200, 90, 30); Mat many = TestImages.plain(5, width, 200, 90, 30)) {
            apply(gains, one);
            apply(gains, many);
            assertThat(TestImages.pixel(one, 0, 0)).isNotEqualTo(new int[] {200, 90, 30});
            for (int y = 0; y < 5; y++) {
                for (int x = 0; x < width; x++) {
                    assertThat(TestImages.pixel(many, y, x)).containsExactly(TestImages.pixel(one, 0, 0));
                }
            }
        }
    }

    /// Against the textbook formula, pixel by pixel, with the rounding of 8-bit HSV.
    @ParameterizedTest
    @CsvSource({"0.015,0,0", "-0.015,0,0", "0.5,0,0", "0,0.7,0", "0,-0.7,0", "0,0,0.4", "0,0,-0.4",
        "0.012,0.5,-0.3", "-0.9,-0.2,0.4"})
    void followsTheFormulaPixelByPixel(double hue, double saturation, double value) {
        long seed = 11;
        byte[] colors = new byte[3 * 4096];
        new Random(seed).nextBytes(colors);
        try (Mat rgb = Mats.create(64, 64)) {
            Mats.segment(rgb).copyFrom(java.lang.foreign.MemorySegment.ofArray(colors));
            apply(new HsvJitter.Gains(hue, saturation, value), rgb);
            byte[] actual = Mats.segment(rgb).toArray(ValueLayout.JAVA_BYTE);
            int exact = 0;
            for (int i = 0; i < colors.length; i += 3) {
                int[] color = {colors[i] & 0xff, colors[i + 1] & 0xff, colors[i + 2] & 0xff};
                int[] got = {actual[i] & 0xff, actual[i + 1] & 0xff, actual[i + 2] & 0xff};
                double plain = difference(formula(color, 0, hue, saturation, value), got);
                // OpenCV computes hue in fixed point: near a rounding boundary the neighboring step is correct too
                double neighbors = Math.min(difference(formula(color, -1, hue, saturation, value), got),
                        difference(formula(color, 1, hue, saturation, value), got));
                assertThat(Math.min(plain, neighbors)).as("seed %d, color %s", seed, Arrays.toString(color))
                        .isLessThan(3);
                exact += plain < 3 ? 1 : 0;
            }
            assertThat(exact).as("of 4096 colors on the formula's own hue").isGreaterThan(3700);
        }
    }

    private static double difference(double[] expected, int[] actual) {
        double largest = 0;
        for (int channel = 0; channel < 3; channel++) {
            largest = Math.max(largest, Math.abs(expected[channel] - actual[channel]));
        }
        return largest;
    }

    private static double[] formula(int[] rgb, int hueStep, double hueGain, double saturationGain, double valueGain) {
        int max = Math.max(rgb[0], Math.max(rgb[1], rgb[2]));
        int min = Math.min(rgb[0], Math.min(rgb[1], rgb[2]));
        double range = max - min;
        double degrees = range == 0 ? 0 : max == rgb[0] ? 60 * (rgb[1] - rgb[2]) / range
                : max == rgb[1] ? 120 + 60 * (rgb[2] - rgb[0]) / range : 240 + 60 * (rgb[0] - rgb[1]) / range;
        long hue = Math.round((degrees < 0 ? degrees + 360 : degrees) / 2) % 180 + hueStep;
        long saturation = max == 0 ? 0 : Math.round(255 * range / max);
        double newHue = Math.floor(((hue + 180 * hueGain) % 180 + 180) % 180);
        double newSaturation = Math.floor(Math.clamp(saturation * (1 + saturationGain), 0, 255)) / 255;
        double newValue = Math.floor(Math.clamp(max * (1 + valueGain), 0, 255));
        double[] result = new double[3];
        int[] shifts = {5, 3, 1};
        for (int channel = 0; channel < 3; channel++) {
            double k = (shifts[channel] + newHue / 30) % 6;
            result[channel] = newValue - newValue * newSaturation * Math.clamp(Math.min(k, 4 - k), 0, 1);
        }
        return result;
    }

    /// About one factor in sixty has no fixed-point form: the seeds cover both.
    @Test
    void everyLevelIsMultipliedAndTruncated() {
        try (Mat grays = Mats.create(1, LEVELS)) {
            for (int seed = 0; seed < 1000; seed++) {
                double gain = new Random(seed).nextDouble(-1, 1);
                ByteBuffer pixels = grays.createBuffer();
                for (int level = 0; level < LEVELS; level++) {
                    pixels.put((byte) level).put((byte) level).put((byte) level);
                }
                apply(new HsvJitter.Gains(0, 0, gain), grays);
                byte[] levels = Mats.segment(grays).toArray(ValueLayout.JAVA_BYTE);
                for (int level = 0; level < LEVELS; level++) {
                    assertThat(levels[3 * level] & 0xff).as("seed %d, level %d", seed, level)
                            .isEqualTo((int) Math.min(level * (1 + gain), LEVELS - 1));
                }
            }
        }
    }

    @Test
    void zeroGainsChangeNothing() {
        try (Mat color = TestImages.plain(8, 8, 241, 17, 126)) {
            apply(HsvJitter.Gains.NONE, color);
            assertThat(TestImages.pixel(color, 4, 4)).containsExactly(241, 17, 126);
        }
    }

    @Test
    void grayStaysGrayUnderAnyHueAndSaturation() {
        try (Mat gray = TestImages.plain(8, 8, 114, 114, 114)) {
            apply(new HsvJitter.Gains(0.4, 0.7, 0), gray);
            assertThat(TestImages.pixel(gray, 4, 4)).containsExactly(114, 114, 114);
        }
    }

    @Test
    void gainsStayWithinTheOptions() {
        Augmentation options = Augmentation.defaults();
        for (int index = 0; index < 200; index++) {
            try (Mat gray = TestImages.plain(2, 2, 100, 100, 100)) {
                apply(HsvJitter.Gains.draw(RandomStream.of(index), options), gray);
                assertThat((double) TestImages.pixel(gray, 0, 0)[0]).isCloseTo(100, within(41.0));
            }
        }
    }
}

package io.yolofit.data.augment;

import java.util.stream.IntStream;

/// Jitters hue, saturation and value: with gains r uniform in +-(h, s, v), hue becomes hue + 180 r modulo 180 (8-bit
/// hue counts steps of two degrees); saturation and value are multiplied by 1 + r, clamped to a byte and truncated.
///
/// Bit-identical to OpenCV's `cvtColor` to 8-bit HSV and back: to HSV with fixed-point divisors in 1/4096, back in
/// fp32, rounded at the places named below. The loops are short and branch-free so that the JIT vectorizes them; it
/// does not vectorize longer ones.
///
/// Holds buffers for one block; not thread-safe.
final class HsvJitter {
    private static final int HUES = 180;
    private static final int SECTOR = 30; // hues from a primary color to the next secondary one
    private static final int GREEN = 2 * SECTOR; // hue of green
    private static final int BLUE = 4 * SECTOR;
    private static final int RED_OPPOSITE = 3 * SECTOR;
    private static final int LEVELS = 256;
    private static final int FRACTION_BITS = 12;
    private static final int HALF = 1 << FRACTION_BITS - 1;
    private static final float SATURATION_SCALE = (LEVELS - 1) << FRACTION_BITS;
    private static final float HUE_SCALE = SECTOR << FRACTION_BITS;
    private static final float PER_LEVEL = 1f / (LEVELS - 1);
    private static final float PER_HUE = 6f / HUES;
    /// Adding and then subtracting it rounds a positive float below 2^22 to the nearest integer.
    private static final float ROUND = 1 << 23;

    private final Gains gains;
    private final Factor valueFactor;
    private final Factor saturationFactor;
    private final int[] values;
    private final int[] ranges;
    private final int[] saturations;
    private final int[] hues;
    private final float[] middles;
    private final int[] middle;
    private final int[] lowest;

    /// Change of hue (a fraction of the hue circle) and relative changes of saturation and value.
    record Gains(double hue, double saturation, double value) {
        static final Gains NONE = new Gains(0, 0, 0);

        static Gains draw(RandomStream random, Augmentation options) {
            return new Gains(random.uniform(-1, 1) * options.hsvH(), random.uniform(-1, 1) * options.hsvS(),
                    random.uniform(-1, 1) * options.hsvV());
        }

        boolean changeNothing() {
            return hue == 0 && saturation == 0 && value == 0;
        }
    }

    /// A factor for levels; products are truncated and clamped to a byte.
    ///
    /// @param fixedPoint the factor in 1/2^21 if it gives the same product for every level, in half the time; else -1
    private record Factor(double exact, int fixedPoint) {
        private static final int BITS = 21; // 255 * 2 * 2^21 fits an int

        static Factor of(double exact) {
            int fixedPoint = (int) (exact * (1 << BITS));
            boolean same = IntStream.range(0, LEVELS)
                    .allMatch(level -> level * fixedPoint >> BITS == (int) (level * exact));
            return new Factor(exact, same ? fixedPoint : -1);
        }

        void multiply(int[] levels) {
            if (fixedPoint >= 0) {
                multiply(levels, fixedPoint);
            } else {
                multiply(levels, exact);
            }
        }

        private static void multiply(int[] levels, int factor) {
            for (int x = 0; x < levels.length; x++) {
                levels[x] = Math.min(levels[x] * factor >> BITS, LEVELS - 1);
            }
        }

        private static void multiply(int[] levels, double factor) {
            for (int x = 0; x < levels.length; x++) {
                levels[x] = Math.min((int) (levels[x] * factor), LEVELS - 1);
            }
        }
    }

    HsvJitter(Gains gains, int pixels) {
        this.gains = gains;
        valueFactor = Factor.of(1 + gains.value);
        saturationFactor = Factor.of(1 + gains.saturation);
        values = new int[pixels];
        ranges = new int[pixels];
        saturations = new int[pixels];
        hues = new int[pixels];
        middles = new float[pixels];
        middle = new int[pixels];
        lowest = new int[pixels];
    }

    /// Jitters all pixels of the block in place.
    void apply(PixelBlock block) {
        if (gains.changeNothing()) {
            return;
        }
        int[] red = block.red();
        int[] green = block.green();
        int[] blue = block.blue();
        valuesAndRanges(red, green, blue, values, ranges);
        hues(red, green, blue, values, ranges, hues);
        saturations(values, ranges, saturations);
        turnHues(ranges, hues, turn((int) Math.floor(gains.hue * HUES)));
        valueFactor.multiply(values);
        saturationFactor.multiply(saturations);
        fades(hues, middles);
        brightness(saturations, middles);
        lowestLevels(values, saturations, lowest);
        middleLevels(values, middles, middle);
        select(hues, RED_OPPOSITE, lowest, middle, values, red);
        select(hues, GREEN, values, middle, lowest, green);
        select(hues, BLUE, values, middle, lowest, blue);
    }

    private static void valuesAndRanges(int[] red, int[] green, int[] blue, int[] values, int[] ranges) {
        for (int x = 0; x < values.length; x++) {
            int value = Math.max(red[x], Math.max(green[x], blue[x]));
            values[x] = value;
            ranges[x] = value - Math.min(red[x], Math.min(green[x], blue[x]));
        }
    }

    /// Hue times range, measured from the largest channel: red, else green, else blue.
    private static void hues(int[] red, int[] green, int[] blue, int[] values, int[] ranges, int[] hues) {
        for (int x = 0; x < hues.length; x++) {
            int nearGreen = blue[x] - red[x] + 2 * ranges[x];
            int nearBlue = red[x] - green[x] + 4 * ranges[x];
            int nearOther = nearGreen + (nearBlue - nearGreen & green[x] - values[x] >> 31);
            int nearRed = green[x] - blue[x];
            hues[x] = nearRed + (nearOther - nearRed & red[x] - values[x] >> 31);
        }
    }

    private static void saturations(int[] values, int[] ranges, int[] saturations) {
        for (int x = 0; x < saturations.length; x++) {
            float divisor = SATURATION_SCALE / Math.max(values[x], 1) + ROUND - ROUND;
            saturations[x] = (int) (ranges[x] * divisor) + HALF >> FRACTION_BITS;
        }
    }

    /// An equivalent rotation of at least one sector: hues start at minus one sector, so the sum is within two turns
    /// and one conditional subtraction normalizes it.
    private static int turn(int hues) {
        return SECTOR + Math.floorMod(hues - SECTOR, HUES);
    }

    private static void turnHues(int[] ranges, int[] hues, int turn) {
        for (int x = 0; x < hues.length; x++) {
            float divisor = HUE_SCALE / Math.max(ranges[x], 1) + ROUND - ROUND;
            int hue = ((int) (hues[x] * divisor) + HALF >> FRACTION_BITS) + turn - HUES;
            hues[x] = hue + (HUES & hue >> 31);
        }
    }

    /// Position of the middle channel between the highest (0) and the lowest (1); it falls in every second sector.
    private static void fades(int[] hues, float[] fades) {
        for (int x = 0; x < fades.length; x++) {
            float position = hues[x] * PER_HUE;
            int sector = (int) position;
            float rest = position - sector;
            float rises = sector & 1;
            fades[x] = rises * rest + (1 - rises) * (1 - rest); // one product is zero, so nothing is rounded
        }
    }

    /// From fades to the middle channel's fraction of the value: `1 - saturation * fade`, rounded once like a fused
    /// multiply-add. Computed in double because `Math.fma` is slow on processors without the instruction.
    private static void brightness(int[] saturations, float[] middles) {
        for (int x = 0; x < middles.length; x++) {
            middles[x] = (float) (1.0 - (double) (saturations[x] * PER_LEVEL) * middles[x]);
        }
    }

    private static void lowestLevels(int[] values, int[] saturations, int[] lowest) {
        for (int x = 0; x < lowest.length; x++) {
            lowest[x] = (int) (values[x] * PER_LEVEL * (1 - saturations[x] * PER_LEVEL) * (LEVELS - 1));
        }
    }

    private static void middleLevels(int[] values, float[] middles, int[] middle) {
        for (int x = 0; x < middle.length; x++) {
            middle[x] = (int) (values[x] * PER_LEVEL * middles[x] * (LEVELS - 1));
        }
    }

    /// A channel's level by its distance on the hue circle: `near` within one sector, `far` beyond two. A sector
    /// includes its first hue and excludes its last, so distances are taken between centers of hue steps, doubled.
    private static void select(int[] hues, int center, int[] near, int[] middle, int[] far, int[] channel) {
        int doubledCenter = 2 * center - 1;
        for (int x = 0; x < channel.length; x++) {
            int distance = Math.abs(2 * hues[x] - doubledCenter);
            int between = middle[x];
            channel[x] = between + (near[x] - between & distance - 2 * SECTOR >> 31)
                    + (far[x] - between & 4 * SECTOR - distance >> 31);
        }
    }
}

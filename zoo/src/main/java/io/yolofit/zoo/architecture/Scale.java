package io.yolofit.zoo.architecture;

/// A size of a family: repeats are multiplied by `depth`; widths are limited to `maxChannels` and multiplied by
/// `width`.
public record Scale(String name, double depth, double width, int maxChannels) {
    /// Widths are multiples of this.
    private static final int WIDTH_STEP = 8;

    /// Scale of architectures without scales.
    public static Scale whole() {
        return new Scale("", 1, 1, Integer.MAX_VALUE);
    }

    /// Scaled repeats; a layer without repetition stays without.
    public int repeats(int asked) {
        return asked > 1 ? Math.max(1, (int) Math.rint(asked * depth)) : asked;
    }

    public int channels(int asked) {
        return (int) Math.ceil(Math.min(asked, maxChannels) * width / WIDTH_STEP) * WIDTH_STEP;
    }
}

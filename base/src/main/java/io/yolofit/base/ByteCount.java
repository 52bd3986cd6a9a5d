package io.yolofit.base;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Formats numbers of bytes. Independent of the locale: ASCII digits and a decimal point.
public final class ByteCount {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int KIBI = 1024;

    private ByteCount() {}

    /// Bytes with a binary unit and at least three digits: `512 B`, `3.21 GiB`.
    public static String text(long bytes) {
        return text(bytes, RoundingMode.HALF_UP);
    }

    /// The same, rounded up.
    public static String atMost(long bytes) {
        return text(bytes, RoundingMode.CEILING);
    }

    private static String text(long bytes, RoundingMode rounding) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= KIBI && unit < BINARY.length - 1) {
            value /= KIBI;
            unit++;
        }
        int decimals = unit == 0 ? 0 : Math.abs(value) < 10 ? 2 : 1;
        return new BigDecimal(value).setScale(decimals, rounding).toPlainString() + " " + BINARY[unit];
    }
}

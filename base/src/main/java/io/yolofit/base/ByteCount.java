package io.yolofit.base;

import java.util.Locale;

/// Formats numbers of bytes. Independent of the locale: ASCII digits and a decimal point.
public final class ByteCount {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int KIBI = 1024;

    private ByteCount() {}

    /// Bytes with a binary unit and at least three digits: `512 B`, `3.21 GiB`.
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= KIBI && unit < BINARY.length - 1) {
            value /= KIBI;
            unit++;
        }
        String pattern = unit == 0 ? "%.0f %s" : Math.abs(value) < 10 ? "%.2f %s" : "%.1f %s";
        return String.format(Locale.ROOT, pattern, value, BINARY[unit]);
    }
}

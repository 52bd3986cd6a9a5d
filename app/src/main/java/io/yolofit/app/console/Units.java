package io.yolofit.app.console;

import io.yolofit.base.ByteCount;
import java.time.Duration;
import java.util.Locale;

/// Formats numbers with units. Independent of the locale: ASCII digits and a decimal point.
public final class Units {
    private Units() {}

    /// Bytes with a binary unit and at least three digits: `512 B`, `3.21 GiB`.
    public static String bytes(long bytes) {
        return ByteCount.text(bytes);
    }

    /// A duration: `0.8 s`, `42 s`, `3:07`, `1:02:03`, `2 d 01:02`.
    public static String duration(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1000.0);
        if (duration.toMillis() < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        long hours = minutes / 60;
        if (hours == 0) {
            return String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60);
        }
        if (hours < 24) {
            return String.format(Locale.ROOT, "%d:%02d:%02d", hours, minutes % 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d d %02d:%02d", hours / 24, hours % 24, minutes % 60);
    }

    /// An integer with thousands separators: `3,151,904`.
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// Items per second: `412 img/s`, `3.4 img/s`.
    public static String rate(double perSecond, String unit) {
        return String.format(Locale.ROOT, perSecond < 100 ? "%.1f %s/s" : "%.0f %s/s", perSecond, unit);
    }

    /// A fraction as a percentage: `4.2 %`.
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /// A number with a fixed number of decimals.
    public static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}

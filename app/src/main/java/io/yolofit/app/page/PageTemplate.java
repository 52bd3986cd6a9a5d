package io.yolofit.app.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The templates of the pages, with fields `{{name}}`, and the formats of their values.
final class PageTemplate {
    static final String PLAN = "plan.html";
    static final String CHECK = "check.html";
    private static final Pattern FIELD = Pattern.compile("\\{\\{(\\w+)}}");
    /// Of a logarithm.
    private static final double ROUNDING = 1e-9;

    private PageTemplate() {}

    /// The page with all fields filled.
    ///
    /// @param file   name of the template
    /// @param fields HTML by name
    /// @throws IllegalStateException if the template has a field without a value
    static String filled(String file, Map<String, String> fields) {
        return FIELD.matcher(text(file)).replaceAll(field -> {
            String value = fields.get(field.group(1));
            if (value == null) {
                throw new IllegalStateException(file + " has a field without a value: " + field.group(1));
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String text(String file) {
        try (InputStream in = PageTemplate.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " of the program cannot be read", e);
        }
    }

    /// Text for HTML content and attributes.
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /// A position or length, with as many digits as a screen shows.
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }

    /// A value on an axis, with the decimals that distinguish it from its neighbors.
    ///
    /// @param tick distance of the values
    static String label(double value, double tick) {
        int decimals = tick > 0 ? Math.max(0, (int) Math.ceil(-Math.log10(tick) - ROUNDING)) : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /// A step of an axis: 1, 2 or 5 times a power of ten, so that there are about `count` of them.
    static double tick(double range, int count) {
        double raw = range / count;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double digit = raw / power;
        return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
    }
}

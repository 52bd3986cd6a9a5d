package io.yolofit.train.options;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes option values as YAML that YAML 1.1 and 1.2 readers parse identically.
final class OptionYaml {
    private static final Pattern BARE = Pattern.compile("[A-Za-z_/.~][A-Za-z0-9_/.~+-]*");
    /// Words that some YAML readers parse as a boolean or null.
    private static final Set<String> SPECIAL =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "~", ".nan", ".inf");

    private OptionYaml() {}

    /// One line per value: `lr0: 0.01`.
    ///
    /// @param comments by name; empty or absent for none. A comment has one line
    static String document(Map<String, Object> values, Map<String, String> comments) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + scalar(entry.getValue())
                        + comment(comments.getOrDefault(entry.getKey(), "")) + "\n")
                .collect(Collectors.joining());
    }

    private static String comment(String text) {
        return text.isEmpty() ? "" : " # " + text.replaceAll("\\R", " ");
    }

    static String scalar(Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> real(number);
            case List<?> list -> list.stream().map(OptionYaml::scalar).collect(Collectors.joining(", ", "[", "]"));
            case String text -> quoted(text);
            case Object other -> other.toString();
        };
    }

    /// Without an exponent and with a decimal point, so that no reader parses it as text or as an integer.
    private static String real(double value) {
        String plain = new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    private static String quoted(String text) {
        boolean bare = BARE.matcher(text).matches() && !SPECIAL.contains(text.toLowerCase(Locale.ROOT));
        return bare ? text : "'" + text.replace("'", "''") + "'";
    }
}

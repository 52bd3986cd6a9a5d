package io.yolofit.train.advice;

import io.yolofit.base.yaml.YamlText;
import io.yolofit.train.advice.Rule.Range;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The rules of `advice.yaml`.
public final class AdviceRules {
    private static final String FILE = "advice.yaml";

    private AdviceRules() {}

    private static final class Holder {
        private static final List<Rule> ALL = read();
    }

    /// All rules, in their order.
    public static List<Rule> all() {
        return Holder.ALL;
    }

    /// The first rule that holds of each topic, in the order of the topics.
    public static List<Rule> of(Situation situation) {
        Map<String, Rule> first = new LinkedHashMap<>();
        all().forEach(rule -> first.putIfAbsent(rule.topic(), null));
        all().stream().filter(rule -> rule.holds(situation)).forEach(rule -> first.putIfAbsent(rule.topic(), rule));
        return first.values().stream().filter(rule -> rule != null).toList();
    }

    /// The value that the rules set for an option.
    ///
    /// @throws IllegalArgumentException if no rule sets it
    public static String option(List<Rule> rules, String name) {
        return rules.stream().filter(rule -> rule.options().containsKey(name)).findFirst()
                .map(rule -> rule.options().get(name))
                .orElseThrow(() -> new IllegalArgumentException("no rule sets " + name));
    }

    private static List<Rule> read() {
        try (InputStream file = AdviceRules.class.getResourceAsStream(FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            List<?> rows = (List<?>) YamlText.values(text, FILE);
            return rows.stream().map(row -> rule((Map<?, ?>) row)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " of the program cannot be read", e);
        }
    }

    private static Rule rule(Map<?, ?> row) {
        Map<String, String> options = new HashMap<>();
        if (row.get("options") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> options.put(String.valueOf(name), String.valueOf(value)));
        }
        Set<Hardware> hardware = row.get("hardware") instanceof Collection<?> words ? words.stream()
                .map(word -> Hardware.valueOf(String.valueOf(word).toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet()) : Set.of();
        return new Rule((String) row.get("topic"), hardware, range(row, "images"), range(row, "objects"),
                range(row, "cache"), options, (String) row.get("text"), (String) row.get("reason"));
    }

    private static Range range(Map<?, ?> row, String key) {
        return row.get(key) instanceof List<?> ends ? new Range(((Number) ends.getFirst()).doubleValue(),
                ((Number) ends.getLast()).doubleValue()) : Range.ANY;
    }
}

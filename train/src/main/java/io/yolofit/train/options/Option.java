package io.yolofit.train.options;

import io.yolofit.train.options.value.OptionValue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// One row of the [OptionTable].
///
/// @param name        as users type it
/// @param type        parsing and allowed values
/// @param standard    the default; empty if the option has no value unless given
/// @param exceptions  modes whose default differs
/// @param takesNone   whether `none` and `null` are accepted: they restore the default
/// @param group       section of the help
/// @param modes       that have the option
/// @param requiredBy  modes that require a value
/// @param help        effect, on one line
/// @param aliases     other names that users type
/// @param <T>         the Java type of its value
public record Option<T>(String name, OptionType<T> type, Optional<T> standard, Map<Mode, T> exceptions,
        boolean takesNone, Group group, Set<Mode> modes, Set<Mode> requiredBy, String help,
        Set<String> aliases) {
    /// The section headings of the help, in order.
    public enum Group {
        MODEL_AND_DATA("Model and data"),
        OUTPUT("Run and output"),
        MACHINE("Machine"),
        TRAINING("Training"),
        OPTIMIZATION("Optimizer and learning rate"),
        LOSS("Loss"),
        AUGMENTATION("Augmentation"),
        EVALUATION("Evaluation and prediction");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    public Option {
        exceptions = exceptions.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(exceptions));
        modes = Collections.unmodifiableSet(new TreeSet<>(modes));
        requiredBy = Set.copyOf(requiredBy);
        aliases = Set.copyOf(aliases);
        if (!modes.containsAll(requiredBy) || !modes.containsAll(exceptions.keySet())) {
            throw new IllegalArgumentException("option " + name + " names a mode that does not have it");
        }
        if (!standard.map(type::allows).orElse(true) || !exceptions.values().stream().allMatch(type::allows)) {
            throw new IllegalArgumentException("the default of option " + name + " is not " + type.expected());
        }
    }

    /// The default in that mode; empty if there is none.
    public Optional<T> defaultFor(Mode mode) {
        return exceptions.containsKey(mode) ? Optional.of(exceptions.get(mode)) : standard;
    }

    /// The default as printed and typed: `16`, `0.01`, `none`.
    public String defaultText(Mode mode) {
        return defaultFor(mode).map(this::text).orElse("none");
    }

    /// A value as typed.
    public String text(T value) {
        if (value instanceof OptionValue notation) {
            return notation.text();
        }
        Object plain = type.plain(value);
        return plain instanceof List<?> list && list.isEmpty() ? "none" : OptionYaml.scalar(plain);
    }

    /// The allowed values, in words.
    public String expected() {
        return type.expected() + (takesNone ? ", or none" : "");
    }

    /// The names of the modes that have the option: "val, predict".
    public String modeWords() {
        return modes.stream().map(Mode::word).collect(Collectors.joining(", "));
    }

    Option<T> inMode(Mode mode, T value) {
        var all = new EnumMap<Mode, T>(Mode.class);
        all.putAll(exceptions);
        all.put(mode, value);
        return new Option<>(name, type, standard, all, takesNone, group, modes, requiredBy, help, aliases);
    }

    Option<T> orNone() {
        return new Option<>(name, type, standard, exceptions, true, group, modes, requiredBy, help, aliases);
    }

    Option<T> required(Mode... by) {
        return new Option<>(name, type, standard, exceptions, takesNone, group, modes, Set.of(by), help, aliases);
    }

    Option<T> alias(String... names) {
        return new Option<>(name, type, standard, exceptions, takesNone, group, modes, requiredBy, help, Set.of(names));
    }

    /// Options are the constants of the table and compare by identity.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}

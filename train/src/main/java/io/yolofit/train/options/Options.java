package io.yolofit.train.options;

import io.yolofit.train.options.value.OptionValue;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/// The values of all options of one run: immutable, and valid by construction.
public final class Options {
    /// Options whose values are those of other options.
    private static final Set<Option<?>> APPLIED = Set.of(OptionTable.CFG, OptionTable.HYP);

    private final Mode mode;
    /// Given values only; options not in this map have the default of the table.
    private final Map<Option<?>, Setting> given;
    private final List<String> notes;

    /// A given value; empty for `none` if there is no default.
    ///
    /// @param reason why the program set or adjusted the value; empty if it did not
    record Setting(Optional<?> value, Origin origin, String reason) {
        Setting(Optional<?> value, Origin origin) {
            this(value, origin, "");
        }
    }

    Options(Mode mode, Map<Option<?>, Setting> given, List<String> notes) {
        this.mode = mode;
        this.given = Map.copyOf(given);
        this.notes = List.copyOf(notes);
    }

    /// The defaults of a mode. Required options, such as the model, have no value.
    public static Options defaults(Mode mode) {
        return new Options(mode, Map.of(), List.of());
    }

    public Mode mode() {
        return mode;
    }

    /// The value of an option.
    ///
    /// @throws NoSuchElementException if it has none; use [#find] for optional ones
    /// @throws IllegalArgumentException if the mode does not have the option
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new NoSuchElementException("option " + option + " has no value"));
    }

    /// The value of an option, or empty if it has none.
    ///
    /// @throws IllegalArgumentException if the mode does not have the option
    @SuppressWarnings("unchecked") // a setting is stored only under the option that parsed or checked it
    public <T> Optional<T> find(Option<T> option) {
        requireKnown(option);
        Setting setting = given.get(option);
        return setting == null ? option.defaultFor(mode) : (Optional<T>) setting.value();
    }

    public Origin origin(Option<?> option) {
        requireKnown(option);
        Setting setting = given.get(option);
        return setting == null ? Origin.DEFAULT : setting.origin();
    }

    /// Whether the value was set by a file, the command line or the program.
    public boolean isGiven(Option<?> option) {
        return origin(option) != Origin.DEFAULT;
    }

    /// These options with another value.
    ///
    /// @throws IllegalArgumentException if the value is not allowed, or the mode does not know the option
    public <T> Options with(Option<T> option, T value) {
        requireKnown(option);
        if (!option.type().allows(value)) {
            throw new IllegalArgumentException(
                    "option " + option + " is set to " + value + ", expected " + option.expected());
        }
        return with(option, new Setting(Optional.of(value), Origin.PROGRAM));
    }

    /// These options with a value that the program chose, and its reason for `args.yaml`.
    ///
    /// @throws IllegalArgumentException if the value is not allowed, or the mode does not know the option
    public <T> Options with(Option<T> option, T value, String reason) {
        return with(option, value).explained(option, reason);
    }

    /// These options without a value for an option: it has its default, or none.
    public Options without(Option<?> option) {
        requireKnown(option);
        var changed = new HashMap<>(given);
        changed.remove(option);
        return new Options(mode, changed, notes);
    }

    /// These options with a remark on the effect of a value, which stays unchanged.
    public Options explained(Option<?> option, String reason) {
        return with(option, new Setting(find(option), origin(option), reason));
    }

    /// Whether the value was chosen for this run: on the command line, by the program, or in a file. An `args.yaml`
    /// lists every option, so a default in a file with more than half of all options is not a choice.
    public boolean isChosen(Option<?> option) {
        return switch (origin(option)) {
            case DEFAULT -> false;
            case FILE -> !find(option).equals(option.defaultFor(mode)) || !isOfCompleteFile();
            case COMMAND_LINE, PROGRAM -> true;
        };
    }

    private boolean isOfCompleteFile() {
        long ofFile = given.values().stream().filter(setting -> setting.origin() == Origin.FILE).count();
        return 2 * ofFile > OptionTable.of(mode).size();
    }

    /// The automatic choices and remarks, in table order: `lr0=0.001667 (optimizer=auto: 2 classes)`.
    public List<String> explanations() {
        return OptionTable.of(mode).stream().filter(option -> !reason(option).isEmpty())
                .map(this::explanation).toList();
    }

    /// An option with its value as typed: `freeze=[0, 2]`.
    public <T> String assignment(Option<T> option) {
        return option + "=" + find(option).map(option::text).orElse("none");
    }

    /// An option with its value and, in parentheses, the reason of the value: `lr0=0.001667 (optimizer=auto: 2
    /// classes)`.
    public <T> String explanation(Option<T> option) {
        return option + "=" + find(option).map(value -> value instanceof OptionValue notation ? notation.text()
                : OptionYaml.scalar(plain(option))).orElse("none")
                + (reason(option).isEmpty() ? "" : " (" + reason(option) + ")");
    }

    private String reason(Option<?> option) {
        Setting setting = given.get(option);
        return setting == null ? "" : setting.reason();
    }

    private Options with(Option<?> option, Setting setting) {
        var changed = new HashMap<>(given);
        changed.put(option, setting);
        return new Options(mode, changed, notes);
    }

    /// The base's values, except those that were given here. Resuming a run puts the command line over its `args.yaml`.
    public Options over(Options base) {
        if (mode != base.mode) {
            throw new IllegalArgumentException("options of " + mode.word() + " over options of " + base.mode.word());
        }
        var merged = new HashMap<>(base.given);
        merged.putAll(given);
        return new Options(mode, merged, notes);
    }

    /// Notes of the parser for the user, such as ignored keys; one line each.
    public List<String> notes() {
        return notes;
    }

    /// Name and plain value (Integer, Double, Boolean, String, list or null) of every option of the mode, in table
    /// order, after `task` and `mode`. Without `cfg` and `hyp`, which are already applied.
    public Map<String, Object> toMap() {
        var values = new LinkedHashMap<String, Object>();
        values.put("task", "detect");
        values.put("mode", mode.word());
        for (Option<?> option : OptionTable.of(mode)) {
            if (!APPLIED.contains(option)) {
                values.put(option.name(), plain(option));
            }
        }
        return values;
    }

    private <T> Object plain(Option<T> option) {
        return find(option).map(option.type()::plain).orElse(null);
    }

    /// The content of `args.yaml`, which `cfg=` reads back to equal values. Reasons of automatic choices are comments.
    public String toYaml() {
        var reasons = new HashMap<String, String>();
        OptionTable.of(mode).forEach(option -> reasons.put(option.name(), reason(option)));
        return OptionYaml.document(toMap(), reasons);
    }

    private void requireKnown(Option<?> option) {
        if (!option.modes().contains(mode)) {
            throw new IllegalArgumentException(
                    "option " + option + " belongs to " + option.modeWords() + ", not to " + mode.word());
        }
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}

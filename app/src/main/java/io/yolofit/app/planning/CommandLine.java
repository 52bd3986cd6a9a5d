package io.yolofit.app.planning;

import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A command line with some option values changed, to suggest to the user.
final class CommandLine {
    private CommandLine() {}

    /// Options that replace another one: a batch size the request to choose one.
    private static final Map<Option<?>, Option<?>> REPLACES = Map.of(OptionTable.BATCH, OptionTable.AUTO_BATCH,
            OptionTable.IMGSZ, OptionTable.IMGSZ_SCHEDULE);

    /// The typed command line, with the values of `options` taken from `changed`.
    static String of(Options typed, Options changed, Set<Option<?>> options) {
        List<String> words = new ArrayList<>(List.of("yolofit", typed.mode().word()));
        Set<Option<?>> replaced = options.stream().map(REPLACES::get).collect(Collectors.toSet());
        for (Option<?> option : OptionTable.of(typed.mode())) {
            if (!options.contains(option) && !replaced.contains(option)
                    && typed.origin(option) == Origin.COMMAND_LINE) {
                words.add(word(option, typed));
            }
        }
        for (Option<?> option : OptionTable.of(typed.mode())) {
            if (options.contains(option)) {
                words.add(word(option, changed));
            }
        }
        return String.join(" ", words);
    }

    /// A list without brackets and spaces if it is parsed as the same value: `ranks=1,2`.
    private static <T> String text(Option<T> option, T value) {
        String text = option.text(value);
        String plain = text.startsWith("[") ? text.replaceAll("[\\[\\] ]", "") : text;
        return option.type().parse(plain).filter(value::equals).isPresent() ? plain : text;
    }

    private static <T> String word(Option<T> option, Options options) {
        String text = options.find(option).map(value -> text(option, value)).orElse("none");
        boolean plain = text.chars().noneMatch(character -> character == ' ' || character == '[');
        return option.name() + "=" + (plain || text.startsWith("'") ? text : "'" + text + "'");
    }
}

package io.yolofit.app.device;

import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A command line with some option values changed, to suggest to the user.
final class CommandLine {
    private CommandLine() {}

    /// The typed command line, with the values of `options` taken from `changed`.
    static String of(Options typed, Options changed, Set<Option<?>> options) {
        List<String> words = new ArrayList<>(List.of("yolofit", typed.mode().word()));
        for (Option<?> option : OptionTable.of(typed.mode())) {
            if (!options.contains(option) && typed.origin(option) == Origin.COMMAND_LINE) {
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

    private static <T> String word(Option<T> option, Options options) {
        String text = options.find(option).map(option::text).orElse("none");
        boolean plain = text.chars().noneMatch(character -> character == ' ' || character == '[');
        return option.name() + "=" + (plain || text.startsWith("'") ? text : "'" + text + "'");
    }
}

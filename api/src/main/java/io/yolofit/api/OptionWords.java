package io.yolofit.api;

import static java.util.Objects.requireNonNull;

import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Options as the command line has them: `conf=0.4`, `imgsz=320`.
final class OptionWords {
    private OptionWords() {}

    /// Parses options of a mode.
    ///
    /// @param fixed   options of the caller
    /// @param allowed options that have an effect
    /// @param given   options of the user
    /// @throws YoloFitException if an option of the user has no effect
    static Options parse(Mode mode, List<String> fixed, Set<Option<?>> allowed, String... given) {
        List<String> words = new ArrayList<>(fixed);
        for (int i = 0; i < given.length; i++) {
            words.add(requireNonNull(given[i], "options[" + i + "]"));
        }
        Options options = OptionsParser.parse(mode, words);
        Set<String> own = fixed.stream().map(OptionWords::name).collect(Collectors.toSet());
        for (Option<?> option : OptionTable.of(mode)) {
            boolean isOfCaller = own.contains(option.name()) && Stream.of(given).map(OptionWords::name)
                    .noneMatch(option.name()::equals);
            if (options.isGiven(option) && !allowed.contains(option) && !isOfCaller) {
                throw new YoloFitException("has no effect here", options.assignment(option), "leave it out; the "
                        + "options are " + OptionTable.of(mode).stream().filter(allowed::contains).map(Option::name)
                                .collect(Collectors.joining(", ")));
            }
        }
        return options;
    }

    /// The name of an assignment.
    private static String name(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals).strip();
    }
}

package io.yolofit.train.options;

import io.yolofit.graph.DidYouMean;
import io.yolofit.train.options.Options.Setting;
import io.yolofit.train.options.OptionsException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Parses and validates the options of one command from the command line and from the file that `cfg` names.
///
/// Parsing does not stop at the first error: every unknown name, invalid value and missing option is collected and
/// reported by one [OptionsException].
public final class OptionsParser {
    private static final Set<String> NONE_WORDS = Set.of("none", "null", "~", "");
    private static final String TASK = "task";
    private static final String MODE = "mode";

    private final Mode mode;
    private final Map<Option<?>, Setting> given = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// An unparsed assignment `name = text`.
    ///
    /// @param given  the full text with its location, for messages
    /// @param name   of the option, with `_`
    /// @param text   of the value; empty means none
    record Assignment(String given, String name, String text) {}

    private OptionsParser(Mode mode) {
        this.mode = mode;
    }

    /// The options of a command line such as `data=a.yaml --epochs 3 cfg=args.yaml`, in any order.
    ///
    /// @param words after the command name
    /// @throws OptionsException with all errors
    public static Options parse(Mode mode, List<String> words) {
        var parser = new OptionsParser(mode);
        List<Assignment> assignments = CommandLineWords.read(words, parser.problems);
        // the file first, so that the command line overrides it
        assignments.stream().filter(assignment -> assignment.name().equals(OptionTable.CFG.name()))
                .filter(assignment -> !isNone(assignment.text())).findFirst()
                .ifPresent(cfg -> parser.file(CfgFile.read(Path.of(cfg.text()), parser.problems), cfg.text()));
        assignments.forEach(parser::word);
        parser.requireComplete();
        return parser.finish();
    }

    /// The options of the text of an `args.yaml`; no option is required.
    ///
    /// @param where the file name, for messages
    /// @throws OptionsException with all errors
    public static Options fromYaml(Mode mode, String text, String where) {
        var parser = new OptionsParser(mode);
        parser.file(CfgFile.parse(text, where, parser.problems), where);
        return parser.finish();
    }

    private Options finish() {
        if (!problems.isEmpty()) {
            throw new OptionsException(mode, problems);
        }
        return new Options(mode, given, notes);
    }

    private void word(Assignment assignment) {
        if (assignment.name().equals(MODE)) {
            if (!assignment.text().equalsIgnoreCase(mode.word())) {
                problem(assignment, "the command is " + mode.word());
            }
        } else if (!isTask(assignment)) {
            Optional<Option<?>> option = OptionTable.named(assignment.name());
            if (option.isEmpty()) {
                problem(assignment, unknown(assignment.name()));
            } else if (!option.get().modes().contains(mode)) {
                problem(assignment, "belongs to " + option.get().modeWords() + ", not to " + mode.word());
            } else {
                set(option.get(), assignment, Origin.COMMAND_LINE);
            }
        }
    }

    /// Applies the assignments of a file. Options of other modes and keys that only the reference has are ignored.
    private void file(List<Assignment> assignments, String where) {
        var withoutMeaning = new ArrayList<String>();
        for (Assignment assignment : assignments) {
            if (assignment.name().equals(MODE) || isTask(assignment)) {
                continue;
            }
            Optional<Option<?>> option = OptionTable.named(assignment.name());
            if (option.isEmpty() && CfgFile.WITHOUT_MEANING.contains(assignment.name())) {
                withoutMeaning.add(assignment.name());
            } else if (option.isEmpty()) {
                problem(assignment, unknown(assignment.name()));
            } else if (option.get() == OptionTable.CFG && !isNone(assignment.text())) {
                problem(assignment, "a cfg file cannot name another one");
            } else if (option.get() == OptionTable.DEVICE && CfgFile.namesOtherMachine(assignment.text())) {
                notes.add(assignment.given() + " is read as auto: the file is from another machine");
            } else if (option.get().modes().contains(mode)) {
                set(option.get(), assignment, Origin.FILE);
            }
        }
        if (!withoutMeaning.isEmpty()) {
            notes.add(where + ": ignored, not supported here: " + String.join(", ", withoutMeaning));
        }
    }

    private boolean isTask(Assignment assignment) {
        if (!assignment.name().equals(TASK)) {
            return false;
        }
        if (!assignment.text().equalsIgnoreCase("detect")) {
            problem(assignment, "only task=detect is supported");
        }
        return true;
    }

    private <T> void set(Option<T> option, Assignment assignment, Origin origin) {
        Setting former = given.get(option);
        if (former != null && former.origin() == origin && origin == Origin.COMMAND_LINE) {
            problem(assignment, option + " is given twice");
            return;
        }
        boolean none = option.takesNone() && isNone(assignment.text());
        Optional<T> value = none ? option.defaultFor(mode) : option.type().parse(assignment.text());
        if (value.isEmpty() && !none) {
            problem(assignment, "expected " + option.expected()
                    + DidYouMean.question(assignment.text(), option.type().words()));
            value = option.defaultFor(mode); // counts as given; the problem fails the command anyway
        }
        given.put(option, new Setting(value, origin));
    }

    /// The message about an unknown name, with a suggestion of this mode or else of any mode.
    private String unknown(String name) {
        if (CfgFile.WITHOUT_MEANING.contains(name)) {
            return "is not supported here: leave it out";
        }
        String question = DidYouMean.question(name, OptionTable.of(mode).stream().map(Option::name).toList());
        return "unknown option" + (question.isEmpty()
                ? DidYouMean.question(name, OptionTable.all().stream().map(Option::name).toList()) : question);
    }

    /// Checks required options. A resumed run reads them from its checkpoint; `train` without model, data and cfg is
    /// the demonstration; `info` needs a model or a dataset.
    private void requireComplete() {
        var options = new Options(mode, given, notes);
        boolean neither = OptionTable.MODEL.modes().contains(mode) && OptionTable.DATA.modes().contains(mode)
                && !given.containsKey(OptionTable.MODEL) && !given.containsKey(OptionTable.DATA);
        boolean demonstration = neither && !given.containsKey(OptionTable.CFG);
        if (mode == Mode.TRAIN && (demonstration || options.get(OptionTable.RESUME).on())) {
            return;
        }
        if (mode == Mode.INFO && neither) {
            problems.add(new Problem("model=, data=", "are missing: give one or both"));
        }
        for (Option<?> option : OptionTable.of(mode)) {
            boolean missing = option.requiredBy().contains(mode) && options.find(option).isEmpty();
            boolean reported = problems.stream().anyMatch(problem -> problem.given().startsWith(option.name() + "="));
            if (missing && !reported) {
                problems.add(new Problem(option.name() + "=",
                        "is missing: " + option.type().expected() + " (" + option.help() + ")"));
            }
        }
    }

    private void problem(Assignment assignment, String message) {
        problems.add(new Problem(assignment.given(), message));
    }

    private static boolean isNone(String text) {
        return NONE_WORDS.contains(text.toLowerCase(Locale.ROOT));
    }
}

package io.yolofit.train.options;

import io.yolofit.base.DidYouMean;
import io.yolofit.train.options.OptionType.PathType;
import io.yolofit.train.options.OptionType.ToggleType;
import io.yolofit.train.options.Options.Setting;
import io.yolofit.train.options.OptionsException.Problem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Parses and validates the options of one command from the command line and from the file that `cfg` names.
///
/// Parsing does not stop at the first error: every unknown name, invalid value and missing option is collected and
/// reported by one [OptionsException]. Whatever is given but has no effect is refused or noted, by name: keys that only
/// the reference has, options of other commands, and all but the last of equal names. Only defaults pass silently.
public final class OptionsParser {
    static final String TASK = "task";
    static final String MODE = "mode";
    private static final String CFG = "cfg";
    private static final String LEAVE_OUT = "leave it out";
    private static final Set<String> NONE_WORDS = Set.of("none", "null", "~", "");

    private final Mode mode;
    private final boolean fromUser;
    private final Map<Option<?>, Setting> given = new HashMap<>();
    private final Map<Option<?>, Assignment> sources = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    /// Whether the file of `cfg` could not be read, so that its options are unknown.
    private boolean isUnread;

    /// An unparsed assignment `name = text`.
    ///
    /// @param given  the full text with its location, for messages
    /// @param name   of the option, with `_`
    /// @param text   of the value; empty means none
    record Assignment(String given, String name, String text) {}

    /// @param fromUser whether a user wrote the options, perhaps with paths of another system
    private OptionsParser(Mode mode, boolean fromUser) {
        this.mode = mode;
        this.fromUser = fromUser;
    }

    /// The options of a command line such as `data=a.yaml --epochs 3 cfg=args.yaml`, in any order.
    ///
    /// @param words after the command name
    /// @throws OptionsException with all errors
    public static Options parse(Mode mode, List<String> words) {
        return parse(mode, words, "");
    }

    /// As above, for the words of a script's command line (`ScriptWords` of `io.yolofit.app`).
    ///
    /// @param script its name; empty if there is none
    public static Options parse(Mode mode, List<String> words, String script) {
        var parser = new OptionsParser(mode, true);
        List<Assignment> assignments = CommandLineWords.read(words, parser.problems);
        // the file first, so that the command line overrides it
        assignments.stream().filter(assignment -> assignment.name().equals(OptionTable.CFG.name()))
                .reduce((_, last) -> last).ifPresent(parser::cfg);
        assignments.stream().filter(assignment -> assignment.name().equals(OptionTable.HYP.name()))
                .reduce((_, last) -> last).ifPresent(parser::hyperparameters);
        assignments.forEach(parser::word);
        parser.restate(assignments, script);
        parser.requireComplete();
        return parser.finish();
    }

    /// The options of an `args.yaml` that a run has written; no option is required.
    ///
    /// @param where the file name, for messages
    /// @throws OptionsException with all errors
    public static Options fromYaml(Mode mode, String text, String where) {
        var parser = new OptionsParser(mode, false);
        parser.file(CfgFile.parse(text, where, parser.problems), where);
        return parser.finish();
    }

    private Options finish() {
        if (!problems.isEmpty()) {
            throw new OptionsException(mode, problems);
        }
        limitThreads(Runtime.getRuntime().availableProcessors());
        return new Options(mode, given, notes);
    }

    /// More threads than processors stall each other: every operation of libtorch waits for all of its threads.
    private void limitThreads(int processors) {
        Setting setting = given.get(OptionTable.THREADS);
        if (setting != null && setting.value().orElse(null) instanceof Integer threads && threads > processors) {
            notes.add("threads=%d: this process has %s, so threads=%d is used; leave threads= out to use all"
                    .formatted(threads, processors == 1 ? "1 processor" : processors + " processors", processors));
            given.put(OptionTable.THREADS, new Setting(Optional.of(processors), setting.origin()));
        }
    }

    /// An invalid path is reported by [#word].
    private void cfg(Assignment assignment) {
        if (!isNone(assignment.text()) && OptionTable.CFG.modes().contains(mode)) {
            OptionTable.CFG.type().parse(portable(assignment.text()))
                    .ifPresent(file -> {
                        int before = problems.size();
                        List<Assignment> read = CfgFile.read(CFG, Path.of(file), problems);
                        isUnread = read.isEmpty() && problems.size() > before;
                        file(read, file);
                    });
        }
    }

    /// An invalid path is reported by [#word].
    private void hyperparameters(Assignment assignment) {
        if (!isNone(assignment.text()) && OptionTable.HYP.modes().contains(mode)) {
            OptionTable.HYP.type().parse(portable(assignment.text()))
                    .ifPresent(file -> CfgFile.hyperparameters(file, problems, notes).forEach(value ->
                            set(OptionTable.named(value.name(), mode).orElseThrow(), value, Origin.FILE)));
        }
    }

    /// The command in this program's names, if other names were used.
    private void restate(List<Assignment> assignments, String script) {
        List<Assignment> options = assignments.stream()
                .filter(assignment -> OptionTable.named(assignment.name(), mode).isPresent()).toList();
        boolean renamed = options.stream().anyMatch(assignment -> OptionTable.named(assignment.name(), mode)
                .filter(option -> !option.name().equals(assignment.name())).isPresent());
        if (renamed || !script.isEmpty()) {
            notes.add((script.isEmpty() ? "" : script + ": ") + "the same command in this program's names: yolofit "
                    + mode.word() + options.stream().map(assignment -> " "
                    + OptionTable.named(assignment.name(), mode).orElseThrow().name() + "=" + quoted(assignment.text()))
                    .collect(Collectors.joining()));
        }
    }

    private static String quoted(String text) {
        return text.matches("[\\w./:,@%+=-]+") ? text : "'" + text + "'";
    }

    private void word(Assignment assignment) {
        if (assignment.name().equals(MODE)) {
            if (!assignment.text().equalsIgnoreCase(mode.word())) {
                problem(assignment, "the command is " + mode.word(), LEAVE_OUT);
            }
            return;
        }
        if (isTask(assignment)) {
            return;
        }
        Optional<Option<?>> option = OptionTable.named(assignment.name(), mode);
        if (option.isPresent()) {
            set(option.get(), assignment, Origin.COMMAND_LINE);
            return;
        }
        List<Option<?>> others = OptionTable.named(assignment.name());
        boolean unset = ReferenceKeys.isDefault(assignment.name(), assignment.text())
                || others.stream().anyMatch(other -> isDefault(other, assignment.text()));
        if (others.isEmpty() && !ReferenceKeys.contains(assignment.name())) {
            unknown(assignment);
        } else if (!unset && others.isEmpty()) {
            problems.add(new Problem(assignment.given(), ReferenceKeys.refusal(assignment.name()),
                    ReferenceKeys.remedy(assignment.name()), true));
        } else if (!unset) {
            problem(assignment, "belongs to " + others.getFirst().modeWords() + ", not to " + mode.word(), LEAVE_OUT);
        }
    }

    /// Applies the assignments of a file and notes those without effect. A file with a task and a mode was written by a
    /// program, of another release perhaps; a key that resembles an option in any other file is a typing error.
    private void file(List<Assignment> assignments, String where) {
        Optional<String> fileMode = value(assignments, MODE);
        boolean written = fileMode.isPresent() && value(assignments, TASK).isPresent();
        var unsupported = new ArrayList<String>();
        var unknown = new ArrayList<String>();
        var ofOtherModes = new ArrayList<String>();
        for (Assignment assignment : assignments) {
            String name = assignment.name();
            String shown = name + "=" + assignment.text();
            Optional<Option<?>> option = OptionTable.named(name, mode);
            List<Option<?>> others = OptionTable.named(name);
            if (name.equals(MODE) || isTask(assignment) || ReferenceKeys.isDefault(name, assignment.text())
                    && option.isEmpty()) {
                continue;
            }
            if (option.isPresent()) {
                fromFile(option.get(), assignment);
            } else if (!others.isEmpty()) {
                boolean expected = fileMode.isPresent() && !fileMode.get().equalsIgnoreCase(mode.word());
                if (!expected && others.stream().noneMatch(other -> isDefault(other, assignment.text()))) {
                    ofOtherModes.add(shown + " (" + others.getFirst().modeWords() + ")");
                }
            } else if (ReferenceKeys.contains(name)) {
                unsupported.add(shown);
            } else if (written || suggestion(name).isEmpty()) {
                unknown.add(shown + suggestion(name));
            } else {
                unknown(assignment);
            }
        }
        note(where + ": ignored, not supported here: ", unsupported);
        note(where + ": ignored, options of other commands: ", ofOtherModes);
        note(where + ": ignored, unknown here: ", unknown);
    }

    private void fromFile(Option<?> option, Assignment assignment) {
        if (option == OptionTable.CFG) {
            if (!isNone(assignment.text())) {
                problem(assignment, "a cfg file cannot name another one", "write its options into this file");
            }
        } else if (option == OptionTable.HYP) {
            if (!isNone(assignment.text())) {
                notes.add(assignment.given() + " is not read: give hyp= on the command line");
            }
        } else if (option == OptionTable.DEVICE && CfgFile.namesOtherMachine(assignment.text())) {
            notes.add(assignment.given() + " is read as auto: the file is from another machine");
        } else if (option == OptionTable.DEVICE && !OptionTable.SYNC_BN.modes().contains(mode)
                && DeviceChoice.parse(assignment.text()).filter(devices -> devices.count() > 1).isPresent()) {
            notes.add(assignment.given() + " is read as auto: `" + mode.word() + "` runs on one device");
        } else {
            set(option, assignment, Origin.FILE);
        }
    }

    private static Optional<String> value(List<Assignment> assignments, String name) {
        return assignments.stream().filter(assignment -> assignment.name().equals(name)).map(Assignment::text)
                .findFirst();
    }

    private void note(String heading, List<String> keys) {
        if (!keys.isEmpty()) {
            notes.add(heading + String.join(", ", keys));
        }
    }

    private boolean isTask(Assignment assignment) {
        if (!assignment.name().equals(TASK)) {
            return false;
        }
        if (!assignment.text().equalsIgnoreCase("detect")) {
            problem(assignment, "only task=detect is supported", LEAVE_OUT);
        }
        return true;
    }

    /// Sets an option, or the one that shares its notation: the latest of the two counts.
    private void set(Option<?> option, Assignment assignment, Origin origin) {
        Optional<Option<?>> request = OptionTable.request(option, mode);
        boolean requests = request.isPresent() && option.type().parse(assignment.text()).isEmpty()
                && request.get().type().parse(assignment.text()).isPresent();
        request.filter(given::containsKey).ifPresent(given::remove);
        Option<?> meant = requests ? request.get() : option;
        setValue(meant, assignment, origin);
    }

    private <T> void setValue(Option<T> option, Assignment assignment, Origin origin) {
        Assignment former = given.containsKey(option) && given.get(option).origin() == origin
                ? sources.get(option) : null;
        if (former != null && !former.name().equals(assignment.name())) {
            problem(assignment, "is another name of " + option + "=, which is given too: give one of them",
                    "give one of them");
        } else if (former != null && !former.text().equals(assignment.text()) && !isNone(former.text())) {
            notes.add(option + " is given twice: " + assignment.given() + " overrides " + former.given());
        }
        boolean none = option.takesNone() && isNone(assignment.text());
        Optional<T> value = none ? option.defaultFor(mode) : option.type().parse(text(option, assignment));
        if (value.isEmpty() && !none) {
            String expected = option.expected() + OptionTable.request(option, mode)
                    .map(other -> ", or " + other.type().expected()).orElse("");
            problem(assignment, option.type().refusal(assignment.text()).orElseGet(() -> "expected " + expected
                    + DidYouMean.question(assignment.text(), option.type().words())), "give " + expected);
            value = option.defaultFor(mode); // counts as given; the problem fails the command anyway
        }
        given.put(option, new Setting(value, origin));
        sources.put(option, assignment);
    }

    private String text(Option<?> option, Assignment assignment) {
        return !fromUser ? assignment.text() : switch (option.type()) {
            case PathType _, ToggleType _ -> {
                String text = portable(assignment.text());
                if (!text.equals(assignment.text())) {
                    notes.add(assignment.given() + ": read as " + text);
                }
                yield text;
            }
            default -> assignment.text();
        };
    }

    /// The path with `/` for the `\` of Windows, on a system that separates with `/`; unchanged if it exists.
    private static String portable(String text) {
        boolean foreign = File.separatorChar == '/' && text.indexOf('\\') >= 0
                && new PathType("a path").parse(text).map(path -> !Files.exists(Path.of(path))).orElse(false);
        return foreign ? text.replace('\\', '/') : text;
    }

    private <T> boolean isDefault(Option<T> option, String text) {
        boolean none = option.takesNone() && isNone(text);
        return option.modes().stream().map(option::defaultFor).anyMatch(value -> value.isEmpty() ? none
                : none || option.type().parse(text).equals(value));
    }

    private void unknown(Assignment assignment) {
        String suggestion = suggestion(assignment.name());
        problem(assignment, "unknown option" + suggestion,
                suggestion.isEmpty() ? LEAVE_OUT : suggestion.replaceFirst("^; did you mean (.*)\\?$", "use $1"));
    }

    /// An option with a similar name, of this mode or else of any mode: "; did you mean epochs?".
    private String suggestion(String name) {
        String question = DidYouMean.question(name, OptionTable.of(mode).stream().map(Option::name).toList());
        return question.isEmpty()
                ? DidYouMean.question(name, OptionTable.all().stream().map(Option::name).distinct().toList())
                : question;
    }

    /// Checks required options. A resumed run reads them from its checkpoint; `train` without model, data and cfg is
    /// the demonstration; `info` needs a model or a dataset. A file that could not be read may have them.
    private void requireComplete() {
        var options = new Options(mode, given, notes);
        boolean neither = OptionTable.MODEL.modes().contains(mode) && OptionTable.DATA.modes().contains(mode)
                && !given.containsKey(OptionTable.MODEL) && !given.containsKey(OptionTable.DATA);
        boolean demonstration = neither && !given.containsKey(OptionTable.CFG);
        if (isUnread || mode == Mode.TRAIN && (demonstration || options.get(OptionTable.RESUME).on())) {
            return;
        }
        List<Option<?>> either = OptionTable.eitherOf(mode);
        if (!either.isEmpty() && either.stream().allMatch(option -> options.find(option).isEmpty())) {
            String remedy = "give one" + (mode == Mode.INFO ? " or both" : "");
            problems.add(new Problem("model=, data=", "are missing: " + remedy, remedy));
        }
        for (Option<?> option : OptionTable.of(mode)) {
            boolean missing = option.requiredBy().contains(mode) && options.find(option).isEmpty();
            boolean reported = problems.stream().anyMatch(problem -> problem.given().startsWith(option.name() + "="));
            if (missing && !reported) {
                problems.add(new Problem(option.name() + "=",
                        "is missing: " + option.type().expected() + " (" + option.help() + ")",
                        "give " + option.type().expected()));
            }
        }
    }

    private void problem(Assignment assignment, String message, String remedy) {
        problems.add(new Problem(assignment.given(), message, remedy));
    }

    private static boolean isNone(String text) {
        return NONE_WORDS.contains(text.toLowerCase(Locale.ROOT));
    }
}

package io.yolofit.train.options;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All errors in the options of a command, reported together. [#where] has each option with its value as given, and
/// its file and line if it is from a file.
public final class OptionsException extends YoloFitException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_COLUMN_WIDTH = 36;

    private final transient List<Problem> problems;

    /// One invalid option.
    ///
    /// @param given   the text with its location: `epoch=5`, `args.yaml:12 batch: 0`
    /// @param message what is wrong and what is expected, for the list of problems
    /// @param remedy  what to do, as a sentence of its own: `give an integer from 1 to 65536`
    /// @param foreign whether it is an option of other trainers that has no effect here
    public record Problem(String given, String message, String remedy, boolean foreign) {
        Problem(String given, String message, String remedy) {
            this(given, message, remedy, false);
        }

        /// What is wrong: the message without the remedy or the suggestion, if it ends with one.
        public String what() {
            String what = message.endsWith(remedy) ? message.substring(0, message.length() - remedy.length())
                    .replaceFirst("[:;] $", "") : message.replaceFirst("; did you mean [^?]*\\?$", "");
            return what.isEmpty() ? message : what;
        }
    }

    OptionsException(Mode mode, List<Problem> problems) {
        super(new Failure(describe(mode, problems), distinct(problems, Problem::what, "; "),
                distinct(problems, Problem::given, ", "), distinct(problems, Problem::remedy, "; ")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String distinct(List<Problem> problems, Function<Problem, String> part, String separator) {
        return problems.stream().map(part).distinct().collect(Collectors.joining(separator));
    }

    /// Whether an option of other trainers was refused.
    public boolean hasForeign() {
        return problems.stream().anyMatch(Problem::foreign);
    }

    private static String describe(Mode mode, List<Problem> problems) {
        int longest = problems.stream().mapToInt(problem -> problem.given().length()).max().orElse(0);
        String row = "  %-" + Math.clamp(longest, 1, MAX_COLUMN_WIDTH) + "s  %s";
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return problems.stream().map(problem -> row.formatted(problem.given(), problem.message()))
                .collect(Collectors.joining("\n",
                        count + " in the options of " + mode.word() + ":\n",
                        "\n`yolofit " + mode.word() + " --help` lists all options."));
    }
}

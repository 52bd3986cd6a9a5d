package io.yolofit.train.options;

import java.util.List;
import java.util.stream.Collectors;

/// All that is wrong with the options of a command, together.
public final class OptionsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int WIDEST_COLUMN = 36;

    private final transient List<Problem> problems;

    /// One wrong option.
    ///
    /// @param given   what was written, with its place: `epoch=5`, `args.yaml:12 batch: 0`
    /// @param message what is wrong with it and what is right
    public record Problem(String given, String message) {}

    OptionsException(Mode mode, List<Problem> problems) {
        super(describe(mode, problems));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String describe(Mode mode, List<Problem> problems) {
        int longest = problems.stream().mapToInt(problem -> problem.given().length()).max().orElse(0);
        String row = "  %-" + Math.clamp(longest, 1, WIDEST_COLUMN) + "s  %s";
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return problems.stream().map(problem -> row.formatted(problem.given(), problem.message()))
                .collect(Collectors.joining("\n",
                        count + " in the options of " + mode.word() + ":\n",
                        "\n`yolofit " + mode.word() + " --help` lists all options."));
    }
}

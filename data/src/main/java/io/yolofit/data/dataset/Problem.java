package io.yolofit.data.dataset;

import java.nio.file.Path;
import java.util.List;

/// One line of the report on a dataset: the place, the problem and its consequence.
///
/// @param file the image or label file
/// @param line the line number, from 1; 0 for the file as a whole
/// @param files all files with the problem, where one line stands for several; else empty
public record Problem(Path file, int line, String what, Outcome outcome, List<Path> files) {
    public Problem {
        files = List.copyOf(files);
    }

    public Problem(Path file, int line, String what, Outcome outcome) {
        this(file, line, what, outcome, List.of());
    }

    public static Problem ofFile(Path file, String what, Outcome outcome) {
        return new Problem(file, 0, what, outcome);
    }

    /// @param files with the problem, of which the first is the example
    static Problem ofFiles(List<Path> files, String what, Outcome outcome) {
        return new Problem(files.getFirst(), 0, what, outcome, files);
    }

    /// `labels/a.txt:3`
    public String place() {
        return file + (line > 0 ? ":" + line : "");
    }

    /// The first problems, each on a line of its own after a line break; empty if there are none.
    static String lines(List<Problem> problems, int most) {
        StringBuilder lines = new StringBuilder();
        problems.stream().limit(most).forEach(problem -> lines.append(System.lineSeparator()).append("    ")
                .append(problem));
        return lines.toString();
    }

    /// `labels/a.txt:3: class 7 is out of range, the dataset has 3 classes (0 to 2); image skipped`.
    @Override
    public String toString() {
        return "%s: %s; %s".formatted(place(), what, outcome.words());
    }
}

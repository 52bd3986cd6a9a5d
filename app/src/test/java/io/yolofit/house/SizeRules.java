package io.yolofit.house;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How long things may be: a reader should see a method on one screen and a file in a few.
final class SizeRules {
    static final int FILE_LINES = 500;
    static final int CUDA_FILE_LINES = 300;
    static final int MEDIAN_FILE_LINES = 150;
    static final int METHOD_LINES = 60;
    static final int LINE_CHARACTERS = 120;

    private SizeRules() {
    }

    static List<Violation> files(List<JavaSource> sources) {
        List<Violation> offenses = new ArrayList<>();
        for (JavaSource source : sources) {
            int lines = source.lines().size();
            if (lines > FILE_LINES) {
                offenses.add(new Violation(source.file(), lines, lines + " lines, but " + FILE_LINES + " at most"));
            }
        }
        return offenses;
    }

    static List<Violation> cudaFiles(List<TextFile> files) {
        return files.stream()
                .filter(file -> file.name().endsWith(".cu") || file.name().endsWith(".cuh"))
                .filter(file -> file.lines().size() > CUDA_FILE_LINES)
                .map(file -> new Violation(file.name(), file.lines().size(),
                        file.lines().size() + " lines, but " + CUDA_FILE_LINES + " at most"))
                .toList();
    }

    /// The upper median over all files but the package-infos, which would make it look better than it is.
    static List<Violation> medianFile(List<JavaSource> sources) {
        List<JavaSource> byLength = sources.stream()
                .filter(source -> !source.isPackageInfo())
                .sorted((a, b) -> Integer.compare(a.lines().size(), b.lines().size()))
                .toList();
        if (byLength.isEmpty()) {
            return List.of();
        }
        JavaSource median = byLength.get(byLength.size() / 2);
        int lines = median.lines().size();
        return lines <= MEDIAN_FILE_LINES ? List.of() : List.of(new Violation(median.file(), lines,
                "the median file has " + lines + " lines, but " + MEDIAN_FILE_LINES + " at most"));
    }

    static List<Violation> methods(List<JavaSource> sources) {
        return sources.stream()
                .flatMap(source -> Declarations.of(source).methods().stream()
                        .filter(method -> method.lines() > METHOD_LINES)
                        .map(method -> new Violation(source.file(), (int) method.firstLine(), "'" + method.name()
                                + "' has " + method.lines() + " lines, but " + METHOD_LINES + " at most")))
                .toList();
    }

    static List<Violation> lines(List<TextFile> files) {
        return files.stream()
                .filter(file -> file.name().matches(".*\\.(java|cu|cuh)"))
                .flatMap(file -> IntStream.range(0, file.lines().size())
                        .filter(index -> file.lines().get(index).length() > LINE_CHARACTERS)
                        .mapToObj(index -> new Violation(file.name(), index + 1, file.lines().get(index).length()
                                + " characters, but " + LINE_CHARACTERS + " at most")))
                .toList();
    }
}

package io.yolofit.house;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One Java file.
///
/// @param file path from the repository's root, with forward slashes
/// @param text all of it
record JavaSource(String file, String text) {
    private static final Pattern COMMENT = Pattern.compile("^\\s*(//|/?\\*)");
    private static final Pattern LAYOUT = Pattern.compile("([\\w-]+)/src/(main|test)/java/(.*)/\\w[\\w-]*\\.java");

    /// The module it belongs to; empty for a file outside `module/src/(main|test)/java`.
    String module() {
        return part(1);
    }

    boolean isMain() {
        return part(2).equals("main");
    }

    /// The folder of its package below `src/main/java` or `src/test/java`.
    String packageFolder() {
        return part(3);
    }

    boolean isPackageInfo() {
        return file.endsWith("/package-info.java");
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /// One offense for every match of the pattern on a line that is no comment.
    Stream<Violation> offenses(Pattern pattern, String problem) {
        List<String> lines = lines();
        return IntStream.range(0, lines.size()).boxed().filter(at -> !COMMENT.matcher(lines.get(at)).find())
                .flatMap(at -> pattern.matcher(lines.get(at)).results()
                        .map(match -> new Violation(file, at + 1, problem.formatted(match.group()))));
    }

    private String part(int group) {
        Matcher matcher = LAYOUT.matcher(file);
        return matcher.matches() ? matcher.group(group) : "";
    }
}

package io.yolofit.house;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One Java file.
///
/// @param file path from the repository's root, with forward slashes
/// @param text all of it
/// @param syntax the text with comments and literals blanked
record JavaSource(String file, String text, String syntax) {
    private static final Pattern LAYOUT = Pattern.compile("([\\w-]+)/src/(main|test)/java/(.*)/\\w[\\w-]*\\.java");

    static JavaSource of(String file, String text) {
        return new JavaSource(file, text, CodeText.syntaxOf(text));
    }

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

    /// The line, from 1, of a position in the text.
    int lineAt(int position) {
        return 1 + (int) text.chars().limit(position).filter(c -> c == '\n').count();
    }

    /// One offense for every match of the pattern in the syntax, that is outside of comments and literals.
    Stream<Violation> offenses(Pattern pattern, String problem) {
        return pattern.matcher(syntax).results()
                .map(match -> new Violation(file, lineAt(match.start()), problem.formatted(match.group())));
    }

    private String part(int group) {
        Matcher matcher = LAYOUT.matcher(file);
        return matcher.matches() ? matcher.group(group) : "";
    }
}

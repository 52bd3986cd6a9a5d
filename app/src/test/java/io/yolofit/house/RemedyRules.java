package io.yolofit.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The remedy of a failure is an imperative sentence, and its place names an option with its value.
///
/// Reads the arguments of `Failure.at`, `Failure.naming`, the constructors of exceptions (what, where, remedy),
/// `withRemedy`, `remedy` and helpers called `error`, where they begin with a literal or are a constant of the file.
final class RemedyRules {
    private static final Set<String> VERBS = Set.of("add", "check", "change", "convert", "copy", "correct", "count",
            "create", "export", "free", "freeze", "give", "join", "leave", "list", "make", "move", "name", "number",
            "pass", "put", "remove", "rename", "repair", "repeat", "replace", "resume", "run", "save", "select", "set",
            "start", "train", "use", "wait", "write");
    private static final Pattern FAILURE = Pattern.compile("(\\berror|Failure\\.(?:at|naming)|\\.(?:withRemedy|remedy)"
            + "|new (?:YoloFit|Weights|Architecture|Dataset|Communication|Launch|Plan)Exception)\\(");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\".*", Pattern.DOTALL);
    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z_]+");
    /// An option that is named without its value: `classes`, `classes=`.
    private static final Pattern OPTION = Pattern.compile("[a-z_]+=?");
    /// Places that have no value: a missing option, and an engine that is not on the class path.
    private static final Set<String> WITHOUT_VALUE = Set.of("data=", "device=");
    private static final int PARTS = 3;

    private RemedyRules() {
    }

    static List<Violation> remedies(List<JavaSource> sources) {
        List<Violation> offenses = new ArrayList<>();
        for (JavaSource source : sources) {
            Matcher call = FAILURE.matcher(source.text());
            while (source.isMain() && call.find()) {
                List<String> arguments = arguments(source.text(), call.end());
                boolean isWhole = !call.group(1).startsWith(".");
                if (isWhole && arguments.size() < PARTS || arguments.isEmpty()) {
                    continue;
                }
                int line = 1 + (int) source.text().substring(0, call.start()).chars().filter(c -> c == '\n').count();
                String remedy = literal(source, arguments.get(isWhole ? PARTS - 1 : 0)).orElse("");
                if (!remedy.isEmpty() && !VERBS.contains(remedy.split("[ ,:]")[0])) {
                    offenses.add(new Violation(source.file(), line, "the remedy '" + remedy
                            + "' does not begin with a verb that says what to do"));
                }
                String where = isWhole ? arguments.get(call.group(1).startsWith("new") ? 1 : 0) : "";
                literal(source, where).filter(text -> where.endsWith("\"") && OPTION.matcher(text).matches()
                        && !WITHOUT_VALUE.contains(text)).ifPresent(text -> offenses.add(new Violation(source.file(),
                                line, "the place '" + text + "' is an option without its value")));
            }
        }
        return offenses;
    }

    /// The literal that an argument, or the constant that it is, begins with.
    private static Optional<String> literal(JavaSource source, String argument) {
        Matcher literal = LITERAL.matcher(argument);
        if (literal.matches()) {
            return Optional.of(literal.group(1));
        }
        if (!CONSTANT.matcher(argument).matches()) {
            return Optional.empty();
        }
        return Pattern.compile("String " + argument + " =\\s+\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(source.text())
                .results().map(found -> found.group(1)).findFirst();
    }

    /// The arguments of a call, from after its opening parenthesis; commas in literals and in nested calls separate
    /// none.
    private static List<String> arguments(String text, int start) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int from = start;
        boolean quoted = false;
        for (int at = start; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted) {
                at += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                arguments.add(text.substring(from, at).strip());
                from = at + 1;
                if (c == ')') {
                    return arguments;
                }
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
        }
        return List.of(); // a text block, or a comment
    }
}

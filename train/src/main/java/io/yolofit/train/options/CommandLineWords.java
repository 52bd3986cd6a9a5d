package io.yolofit.train.options;

import io.yolofit.base.DidYouMean;
import io.yolofit.train.options.OptionsException.Problem;
import io.yolofit.train.options.OptionsParser.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Splits the words of a command line into assignments. Accepts `name=value`, `--name=value`, `--name value`,
/// `name = value`, and `--name` or `name` alone for switches; `-` in a name is equivalent to `_`. Commas between
/// assignments, blanks within brackets, and the words `detect` and `train` of the reference's syntax are accepted too.
final class CommandLineWords {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*=.*", Pattern.DOTALL);
    private static final Pattern OPEN_ASSIGNMENT = Pattern.compile("(--)?[A-Za-z][A-Za-z0-9_-]*=");
    private static final Pattern NAME = Pattern.compile("(--)?[A-Za-z][A-Za-z0-9_-]*");
    private static final Pattern TRAILING_COMMAS = Pattern.compile("[\\s,]+$");
    private static final Set<String> TASKS = Set.of("detect", "segment", "semantic", "classify", "pose", "obb");

    private CommandLineWords() {}

    static List<Assignment> read(List<String> typed, List<Problem> problems) {
        List<String> words = withoutCommas(joinedAtEquals(joinedInBrackets(typed)));
        var assignments = new ArrayList<Assignment>();
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            boolean dashed = word.startsWith("--");
            String body = dashed ? word.substring(2) : word;
            int equals = body.indexOf('=');
            if (equals >= 0) {
                assignments.add(new Assignment(word, name(body.substring(0, equals)), body.substring(equals + 1)));
                continue;
            }
            Optional<String> next = at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
            if (dashed && next.isPresent() && isValueOf(name(body), next.get())) {
                assignments.add(new Assignment(word + " " + next.get(), name(body), next.get()));
                at++;
            } else if (isSwitch(name(body))) {
                assignments.add(new Assignment(word, name(body), "true"));
            } else if (!dashed && TASKS.contains(word)) {
                assignments.add(new Assignment(word, OptionsParser.TASK, word));
            } else if (!dashed && Mode.of(word).isPresent()) {
                assignments.add(new Assignment(word, OptionsParser.MODE, word));
            } else {
                String remedy = (dashed ? "write " + word + "=..." : "write name=value") + nearestName(name(body));
                problems.add(new Problem(word, dashed ? "has no value: " + remedy : remedy, remedy));
            }
        }
        return assignments;
    }

    /// `classes=[0, 1]` without quotes arrives as two words.
    private static List<String> joinedInBrackets(List<String> words) {
        var joined = new ArrayList<String>();
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            if (isOpen(word)) {
                int end = at;
                while (end + 1 < words.size() && !words.get(end).contains("]") && !words.get(end + 1).contains("=")) {
                    end++;
                }
                if (words.get(end).contains("]")) {
                    word = String.join(" ", words.subList(at, end + 1));
                    at = end;
                }
            }
            joined.add(word);
        }
        return joined;
    }

    private static boolean isOpen(String word) {
        String value = word.substring(word.indexOf('=') + 1);
        return value.startsWith("[") && !value.contains("]");
    }

    /// `epochs = 3`, `epochs= 3` and `epochs =3` become `epochs=3`.
    private static List<String> joinedAtEquals(List<String> words) {
        var joined = new ArrayList<String>();
        for (String word : words) {
            String last = joined.isEmpty() ? "" : joined.getLast();
            boolean continues = word.startsWith("=") && NAME.matcher(last).matches();
            boolean isValue = OPEN_ASSIGNMENT.matcher(last).matches() && !word.startsWith("--") && !isAssignment(word)
                    && !isSwitch(name(word)) && !word.equals(",");
            if (continues || isValue) {
                joined.removeLast();
                joined.add(last + word);
            } else {
                joined.add(word);
            }
        }
        return joined;
    }

    private static List<String> withoutCommas(List<String> words) {
        return words.stream().map(word -> word.endsWith(",") ? TRAILING_COMMAS.matcher(word).replaceFirst("") : word)
                .filter(word -> !word.isEmpty()).toList();
    }

    private static String name(String written) {
        return written.strip().replace('-', '_');
    }

    /// Whether the word after `--name` is its value: not another option and, after a switch, only true or false.
    private static boolean isValueOf(String name, String word) {
        if (word.startsWith("--")) {
            return false;
        }
        if (isSwitch(name)) {
            return OptionTable.named(name).getFirst().type().parse(word).isPresent() && !isAssignment(word)
                    && !TASKS.contains(word) && Mode.of(word).isEmpty();
        }
        return !isAssignment(word);
    }

    /// Also for an unknown name: the message about the name is the useful one.
    private static boolean isAssignment(String word) {
        return ASSIGNMENT.matcher(word).matches();
    }

    private static boolean isSwitch(String name) {
        return OptionTable.named(name).stream().anyMatch(option -> option.type().whenBare().isPresent());
    }

    private static String nearestName(String name) {
        boolean known = !OptionTable.named(name).isEmpty();
        return known ? "" : DidYouMean.question(name, OptionTable.all().stream().map(Option::name).distinct().toList());
    }
}

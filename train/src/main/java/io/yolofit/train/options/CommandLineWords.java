package io.yolofit.train.options;

import io.yolofit.graph.DidYouMean;
import io.yolofit.train.options.OptionsException.Problem;
import io.yolofit.train.options.OptionsParser.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Splits the words of a command line into assignments. Accepts `name=value`, `--name=value`, `--name value`, and
/// `--name` or `name` alone for switches; `-` in a name is equivalent to `_`.
final class CommandLineWords {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*=.*", Pattern.DOTALL);

    private CommandLineWords() {}

    static List<Assignment> read(List<String> words, List<Problem> problems) {
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
            } else {
                problems.add(new Problem(word, (dashed ? "has no value: write " + word + "=..." : "write name=value")
                        + nearestName(name(body))));
            }
        }
        return assignments;
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
            return OptionTable.named(name).orElseThrow().type().parse(word).isPresent() && !isAssignment(word);
        }
        return !isAssignment(word);
    }

    /// Also for an unknown name: the message about the name is the useful one.
    private static boolean isAssignment(String word) {
        return ASSIGNMENT.matcher(word).matches();
    }

    private static boolean isSwitch(String name) {
        return OptionTable.named(name).map(option -> option.type().whenBare().isPresent()).orElse(false);
    }

    private static String nearestName(String name) {
        boolean known = OptionTable.named(name).isPresent();
        return known ? "" : DidYouMean.question(name, OptionTable.all().stream().map(Option::name).toList());
    }
}

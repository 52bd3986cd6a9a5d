package io.yolofit.app;

import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The help texts, generated from the option table, so that help and behavior cannot disagree.
final class HelpText {
    private static final String INDENT = "  ";
    private static final int NARROWEST_HELP = 30;

    private HelpText() {}

    /// `yolofit --help`.
    static String overview(Set<Mode> modes) {
        var lines = new ArrayList<String>();
        lines.add("yolofit trains YOLO detectors within a memory budget.");
        lines.add("");
        lines.add("Usage: yolofit <command> [name=value ...]");
        lines.add("       yolofit <command> --help");
        lines.add("       yolofit --version");
        lines.add("       yolofit --completion=bash|zsh");
        lines.add("       yolofit <script>.py --name value ... (train, train_dual, val, detect)");
        lines.add("");
        lines.add("Commands");
        var commands = new TextTable(Column.left(""), Column.left(""));
        modes.forEach(mode -> commands.row(INDENT + mode.word(), mode.summary()));
        lines.addAll(commands.lines());
        lines.add("");
        lines.add("Exit codes");
        var codes = new TextTable(Column.right(""), Column.left(""));
        for (ExitCode code : ExitCode.values()) {
            codes.row(INDENT + code.number(), code.meaning());
        }
        lines.addAll(codes.lines());
        return String.join("\n", lines);
    }

    /// `yolofit <command> --help`: every option with its default, effect and allowed values.
    ///
    /// @param width of a line, columns
    static String of(Mode mode, int width) {
        List<Option<?>> options = OptionTable.of(mode);
        var lines = new ArrayList<String>();
        lines.add("yolofit " + mode.word() + " " + mode.summary() + ".");
        lines.add("");
        lines.add("Usage: yolofit " + mode.word() + usage(mode) + " [name=value ...]");
        lines.add("An option is written name=value, --name=value or --name value, in any order.");
        if (mode == Mode.TRAIN) {
            lines.add("Without model and data, runs a demonstration: trains a small model on a");
            lines.add("generated dataset.");
            lines.add("Command lines of train.py and train_dual.py work too: there, cfg is the model,");
            lines.add("weights are its initial weights, and min_items=0 has no effect.");
        }
        int longest = options.stream().mapToInt(option -> assignment(option, mode).length()).max().orElse(0);
        for (Option.Group group : Option.Group.values()) {
            List<Option<?>> inGroup = options.stream().filter(option -> option.group() == group).toList();
            if (!inGroup.isEmpty()) {
                lines.add("");
                lines.add(group.title());
                inGroup.forEach(option -> lines.addAll(lines(option, mode, longest, width)));
            }
        }
        return String.join("\n", lines);
    }

    private static String usage(Mode mode) {
        var usage = new StringBuilder();
        OptionTable.of(mode).stream().filter(option -> option.requiredBy().contains(mode))
                .forEach(option -> usage.append(' ').append(option.name()).append("=..."));
        if (!OptionTable.eitherOf(mode).isEmpty()) {
            usage.append(" model=...|data=...");
        }
        return mode == Mode.TRAIN ? " [" + usage.toString().strip() + "]" : usage.toString();
    }

    /// `batch=16`, the option with its default; `model=` where a value is required.
    static String assignment(Option<?> option, Mode mode) {
        return option.name() + "=" + (option.requiredBy().contains(mode) ? "" : option.defaultText(mode));
    }

    private static List<String> lines(Option<?> option, Mode mode, int longest, int width) {
        boolean required = option.requiredBy().contains(mode);
        String values = required ? option.type().expected() + requirement(mode) : option.expected();
        String margin = " ".repeat(INDENT.length() + longest + INDENT.length());
        String aliases = option.aliases().stream().sorted().map(alias -> ", also " + alias + "=")
                .collect(Collectors.joining());
        List<String> wrapped = wrapped(option.help() + aliases + " (" + values + ")",
                Math.max(NARROWEST_HELP, width - margin.length() - 1));
        var lines = new ArrayList<String>();
        String assignment = assignment(option, mode);
        lines.add(INDENT + assignment + " ".repeat(longest - assignment.length()) + INDENT + wrapped.getFirst());
        wrapped.stream().skip(1).forEach(line -> lines.add(margin + line));
        return lines;
    }

    /// The demonstration needs neither of the options that training requires.
    private static String requirement(Mode mode) {
        return mode == Mode.TRAIN ? "; required, except for the demonstration" : "; required";
    }

    /// The text wrapped at blanks to lines of at most `columns` characters.
    private static List<String> wrapped(String text, int columns) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

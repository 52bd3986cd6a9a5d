package io.yolofit.app;

import io.yolofit.base.DidYouMean;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parsed command line: help, version, a command with its arguments, or an error.
///
/// Everything after the command is passed on unparsed to the option parser, which knows `name=value`.
sealed interface Invocation {
    String MODE = "mode";
    String COMPLETION = "--completion";
    Set<String> HELP = Set.of("-h", "--help");
    Set<String> VERSION = Set.of("-V", "--version");
    String TASK = "detect";

    /// Commands of the reference that are not commands here.
    Map<String, String> OF_REFERENCE = Map.of(
            "track", "is not supported. predict detects objects in each image on its own.",
            "benchmark", "is not supported. val measures accuracy and time per image.",
            "checks", "is called doctor here.",
            "settings", "does not exist: there are no settings but options and environment variables.",
            "version", "is an option: yolofit --version",
            "help", "is an option: yolofit --help, yolofit train --help");

    /// Help for one command or for the program.
    record Help(Optional<Mode> mode) implements Invocation {}

    /// `--version`.
    record ShowVersion() implements Invocation {}

    /// `--completion=bash`: the script for a shell.
    record CompletionScript(Completion.Shell shell) implements Invocation {}

    /// A command with its arguments.
    ///
    /// @param script whose command line it is; empty if it is this program's
    record Call(Mode mode, List<String> arguments, String script) implements Invocation {}

    /// A usage error; the message says what to write instead.
    record Wrong(String message) implements Invocation {}

    /// @param words of the command line
    /// @param modes the available commands
    static Invocation of(List<String> words, Set<Mode> modes) {
        if (words.isEmpty()) {
            return new Wrong(HelpText.overview(modes));
        }
        Optional<ScriptWords> script = ScriptWords.of(words);
        if (script.isPresent() && modes.contains(script.get().mode()) && !words.contains("--help")) {
            return new Call(script.get().mode(), script.get().words(), words.getFirst());
        }
        List<String> ordered = commandFirst(words, modes);
        Optional<String> unknown = Optional.of(ordered.getFirst())
                .filter(word -> !word.startsWith("-") && modes.stream().noneMatch(mode -> mode.word().equals(word)));
        if (unknown.isPresent()) {
            return new Wrong(unknownCommand(unknown.get(), modes));
        }
        return Mode.of(ordered.getFirst())
                .map(mode -> ofCommand(mode, ordered.subList(1, ordered.size())))
                .orElseGet(() -> ofProgram(ordered));
    }

    private static Invocation ofCommand(Mode mode, List<String> arguments) {
        boolean asksForHelp = arguments.stream().anyMatch(HELP::contains);
        return asksForHelp ? new Help(Optional.of(mode)) : new Call(mode, named(mode, arguments), "");
    }

    /// `yolofit page runs/detect` is `yolofit page project=runs/detect`.
    private static List<String> named(Mode mode, List<String> arguments) {
        if (mode != Mode.PAGE || arguments.isEmpty() || arguments.getFirst().startsWith("-")
                || arguments.getFirst().contains("=")) {
            return arguments;
        }
        List<String> named = new ArrayList<>(arguments);
        named.set(0, OptionTable.PROJECT.name() + "=" + arguments.getFirst());
        return named;
    }

    private static Invocation ofProgram(List<String> words) {
        String first = words.getFirst();
        if (words.stream().anyMatch(HELP::contains)) {
            return new Help(Optional.empty());
        }
        if (VERSION.contains(first) && words.size() == 1) {
            return new ShowVersion();
        }
        if (first.equals(COMPLETION) || first.startsWith(COMPLETION + "=")) {
            String shell = first.substring(Math.min(first.length(), COMPLETION.length() + 1));
            return Completion.Shell.of(shell).<Invocation>map(CompletionScript::new).orElseGet(() -> new Wrong(
                    "yolofit: " + COMPLETION + "=" + shell + ": expected " + COMPLETION + "=bash or "
                            + COMPLETION + "=zsh"));
        }
        String unknown = words.stream().filter(word -> !VERSION.contains(word)).findFirst().orElse(first);
        return new Wrong("yolofit: unknown option " + unknown + ".\n`yolofit --help` lists the commands.");
    }

    /// Moves the command to the front. The reference has it anywhere, as a word or as `mode=`, perhaps after the task:
    /// `yolofit detect train ...`, `yolofit task=detect mode=train ...`, `yolofit epochs=3 train`.
    private static List<String> commandFirst(List<String> words, Set<Mode> modes) {
        for (int at = 0; at < words.size(); at++) {
            Optional<String> command = command(words, at, modes);
            if (command.isPresent()) {
                var ordered = new ArrayList<String>();
                ordered.add(command.get());
                ordered.addAll(words.subList(0, at));
                boolean separate = words.get(at).equals("--" + MODE);
                ordered.addAll(words.subList(at + (separate ? 2 : 1), words.size()));
                return ordered;
            }
        }
        return words.stream().filter(word -> !word.equals(TASK)).findFirst().filter(word -> !word.contains("="))
                .map(List::of).orElse(words);
    }

    /// The command at a position, as a word or as the value of `mode`; a word that is the value of an option is none.
    private static Optional<String> command(List<String> words, int at, Set<Mode> modes) {
        String word = words.get(at);
        String previous = at == 0 ? "" : words.get(at - 1);
        boolean isValue = previous.startsWith("--") && !previous.contains("=") || previous.endsWith("=");
        if (!isValue && modes.stream().anyMatch(mode -> mode.word().equals(word))) {
            return Optional.of(word);
        }
        if (word.equals("--" + MODE) && at + 1 < words.size()) {
            return Optional.of(words.get(at + 1));
        }
        String option = word.startsWith("--") ? word.substring(2) : word;
        return option.startsWith(MODE + "=") ? Optional.of(option.substring(MODE.length() + 1)) : Optional.empty();
    }

    private static String unknownCommand(String word, Set<Mode> modes) {
        List<String> commands = modes.stream().map(Mode::word).toList();
        String known = OF_REFERENCE.getOrDefault(word, "");
        String what = word.contains("=") ? "an option without a command: " : "unknown command ";
        return "yolofit: " + (known.isEmpty() ? what + word + DidYouMean.question(word, commands) : word + " " + known)
                + "\nThe commands are " + String.join(", ", commands) + "; see `yolofit --help`.";
    }
}

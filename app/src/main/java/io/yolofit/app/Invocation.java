package io.yolofit.app;

import io.yolofit.graph.DidYouMean;
import io.yolofit.train.options.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine;

/// The parsed command line: help, version, a command with its arguments, or an error.
///
/// picocli finds the command, `--help` and `--version`; everything after the command is passed on unparsed to the
/// option parser, which knows `name=value`.
sealed interface Invocation {
    /// Help for one command or for the program.
    record Help(Optional<Mode> mode) implements Invocation {}

    /// `--version`.
    record ShowVersion() implements Invocation {}

    /// A command with its arguments.
    record Call(Mode mode, List<String> arguments) implements Invocation {}

    /// A usage error; the message says what to write instead.
    record Wrong(String message) implements Invocation {}

    /// @param words of the command line
    /// @param modes the available commands
    static Invocation of(List<String> words, Set<Mode> modes) {
        List<String> rest = withoutTask(words);
        if (rest.isEmpty()) {
            return new Wrong(HelpText.overview(modes));
        }
        Optional<String> unknown = Optional.of(rest.getFirst())
                .filter(word -> !word.startsWith("-") && modes.stream().noneMatch(mode -> mode.word().equals(word)));
        if (unknown.isPresent()) {
            return new Wrong(unknownCommand(unknown.get(), modes));
        }
        try {
            return of(parser(modes).parseArgs(rest.toArray(String[]::new)));
        } catch (ParameterException wrong) {
            return new Wrong("yolofit: " + wrong.getMessage() + "\n`yolofit --help` lists the commands.");
        }
    }

    private static Invocation of(ParseResult result) {
        if (!result.hasSubcommand()) {
            return result.isVersionHelpRequested() ? new ShowVersion() : new Help(Optional.empty());
        }
        ParseResult call = result.subcommand();
        Mode mode = Mode.of(call.commandSpec().name()).orElseThrow();
        return call.isUsageHelpRequested()
                ? new Help(Optional.of(mode))
                : new Call(mode, call.matchedPositionalValue(0, List.of()));
    }

    /// Users of the reference type `yolofit detect train ...` and `yolofit task=detect mode=train ...`.
    private static List<String> withoutTask(List<String> words) {
        if (words.isEmpty()) {
            return words;
        }
        String first = words.getFirst();
        if (first.equals("detect") || first.equals("task=detect")) {
            return withoutTask(words.subList(1, words.size()));
        }
        if (first.startsWith("mode=")) {
            var replaced = new ArrayList<>(words);
            replaced.set(0, first.substring("mode=".length()));
            return replaced;
        }
        return words;
    }

    private static String unknownCommand(String word, Set<Mode> modes) {
        List<String> commands = modes.stream().map(Mode::word).toList();
        String what = word.contains("=") ? "an option before the command: " : "unknown command ";
        return "yolofit: " + what + word + DidYouMean.question(word, commands)
                + "\nThe commands are " + String.join(", ", commands) + "; see `yolofit --help`.";
    }

    private static CommandLine parser(Set<Mode> modes) {
        CommandSpec program = CommandSpec.create().name("yolofit");
        program.addOption(help());
        program.addOption(OptionSpec.builder("-V", "--version").versionHelp(true).build());
        for (Mode mode : modes) {
            CommandSpec command = CommandSpec.create().name(mode.word());
            command.addOption(help());
            command.addPositional(PositionalParamSpec.builder().arity("0..*").type(List.class)
                    .auxiliaryTypes(String.class).build());
            program.addSubcommand(mode.word(), command);
        }
        return new CommandLine(program).setUnmatchedOptionsArePositionalParams(true).setExpandAtFiles(false);
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help").usageHelp(true).build();
    }
}

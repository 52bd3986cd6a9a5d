package io.yolofit.app;

import io.yolofit.app.command.AdviseCommand;
import io.yolofit.app.command.CheckCommand;
import io.yolofit.app.command.Command;
import io.yolofit.app.command.CommandException;
import io.yolofit.app.command.Commands;
import io.yolofit.app.command.DoctorCommand;
import io.yolofit.app.command.ExitCode;
import io.yolofit.app.command.ExportCommand;
import io.yolofit.app.command.ImportCommand;
import io.yolofit.app.command.InfoCommand;
import io.yolofit.app.command.OutputPlaces;
import io.yolofit.app.command.PageCommand;
import io.yolofit.app.command.PlanCommand;
import io.yolofit.app.command.PredictCommand;
import io.yolofit.app.command.TrainCommand;
import io.yolofit.app.command.ValCommand;
import io.yolofit.app.console.Console;
import io.yolofit.app.doctor.LibtorchProbe;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsException;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.Origin;
import io.yolofit.train.plan.search.NothingFitsException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The program `yolofit`.
public final class Main {
    private final Commands commands;
    private final Console console;

    Main(Commands commands, Console console) {
        this.commands = commands;
        this.console = console;
    }

    public static void main(String[] words) {
        Locale.setDefault(Locale.ROOT); // numbers in ASCII digits, in files and messages, whatever the user's locale
        Console console = Console.ofSystem();
        var interruption = Interruption.of(Thread.currentThread());
        ExitCode code = new Main(commands(), console).run(List.of(words));
        interruption.exit(code.number());
    }

    /// The commands by mode.
    static Commands commands() {
        return Commands.of(Map.ofEntries(
                Map.entry(Mode.TRAIN, new TrainCommand(Version.number())),
                Map.entry(Mode.VAL, new ValCommand()),
                Map.entry(Mode.PREDICT, new PredictCommand()),
                Map.entry(Mode.PLAN, new PlanCommand()),
                Map.entry(Mode.ADVISE, new AdviseCommand()),
                Map.entry(Mode.EXPORT, new ExportCommand(Version.number())),
                Map.entry(Mode.IMPORT, new ImportCommand()),
                Map.entry(Mode.INFO, new InfoCommand()),
                Map.entry(Mode.CHECK, new CheckCommand()),
                Map.entry(Mode.PAGE, new PageCommand()),
                Map.entry(Mode.DOCTOR, new DoctorCommand(new LibtorchProbe()))));
    }

    /// Runs the command line and returns the exit code.
    ExitCode run(List<String> words) {
        return switch (Invocation.of(words, commands.modes())) {
            case Invocation.Help(var mode) -> {
                console.line(mode.map(one -> HelpText.of(one, console.width()))
                        .orElseGet(() -> HelpText.overview(commands.modes())));
                yield ExitCode.OK;
            }
            case Invocation.ShowVersion() -> {
                console.line(Version.text());
                yield ExitCode.OK;
            }
            case Invocation.CompletionScript(var shell) -> {
                console.line(Completion.script(shell, commands.modes()).stripTrailing());
                yield ExitCode.OK;
            }
            case Invocation.Wrong(var message) -> {
                console.error(message);
                yield ExitCode.USAGE;
            }
            case Invocation.Call(var mode, var arguments, var script) -> call(mode, arguments, script);
        };
    }

    private ExitCode call(Mode mode, List<String> arguments, String script) {
        Options options;
        try {
            options = OptionsParser.parse(mode, arguments, script);
        } catch (OptionsException wrong) {
            return new ErrorReport(console, false).show(wrong);
        }
        options.notes().forEach(console::warn);
        Command command = commands.of(mode).orElseThrow();
        try {
            OutputPlaces.require(options);
            return command.run(options, console);
        } catch (NothingFitsException full) {
            return new ErrorReport(console, false).show(new CommandException(PlannedText.message(full, options), full));
        } catch (Exception | LinkageError | OutOfMemoryError | AssertionError failure) {
            // in the reference's files verbose=true is the default, and does not ask for stack traces
            boolean traces = options.get(OptionTable.VERBOSE) && options.origin(OptionTable.VERBOSE) != Origin.FILE;
            return new ErrorReport(console, traces).show(failure);
        }
    }
}

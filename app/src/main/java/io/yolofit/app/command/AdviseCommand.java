package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.JSON;

import io.yolofit.app.console.Console;
import io.yolofit.app.doctor.Machine;
import io.yolofit.app.planning.AdviceDevice;
import io.yolofit.app.planning.Recommendation;
import io.yolofit.app.report.Advice;
import io.yolofit.app.report.JsonText;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `yolofit advise`: the strategy for a data set and a device in ten lines and one command.
public final class AdviseCommand implements Command {
    @Override
    public ExitCode run(Options given, Console console) throws IOException {
        AdviceDevice device = device(given);
        Console log = given.get(JSON) ? console.onErrors() : console;
        Advice advice;
        try {
            advice = Recommendation.of(given, device, Machine.here(Path.of("")).memory(), log);
        } catch (Recommendation.NoModelFits full) {
            throw new CommandException(full.getMessage(), full);
        }
        (given.get(JSON) ? List.of(JsonText.of(advice)) : advice.text()).forEach(console::line);
        return ExitCode.OK;
    }

    private static AdviceDevice device(Options given) {
        try {
            return AdviceDevice.of(given);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(wrong.getMessage());
        }
    }
}

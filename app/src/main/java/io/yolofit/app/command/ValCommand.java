package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SAVE_JSON;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;

import io.yolofit.api.model.SplitValidation;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.evaluation.ValidationOutputs;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// `yolofit val`: the accuracy of a model on a split of a dataset.
public final class ValCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws Exception {
        var stop = new StopRequest();
        Console log = options.get(JSON) ? console.onErrors() : console;
        return stop.during(() -> validate(options, console, log, stop),
                () -> log.warn("stopping after this batch ..."));
    }

    /// @param log console for everything but the result
    private static ExitCode validate(Options given, Console console, Console log, StopRequest stop)
            throws IOException {
        SplitValidation split = SplitValidation.of(given, log);
        Options options = split.options();
        boolean writes = options.get(PLOTS) || options.get(JSON) || options.get(SAVE_JSON) || options.get(SAVE_TXT);
        if (!writes) {
            return validate(split, Optional.empty(), console, log, stop);
        }
        try (ActiveRun run = ActiveRun.results(Path.of(options.get(PROJECT)), options.get(NAME),
                options.get(EXIST_OK), log::warn)) {
            return validate(split, Optional.of(run.folder()), console, log, stop);
        }
    }

    private static ExitCode validate(SplitValidation split, Optional<RunFolder> folder, Console console, Console log,
            StopRequest stop) throws IOException {
        Options options = split.options();
        Validation validation;
        try (var outputs = new ValidationOutputs(options, split.scan(), folder, log)) {
            validation = split.run((batch, detections) -> {
                outputs.batch(batch, detections);
                stop.stopIfRequested("stopped");
            });
        }
        ValidationOutputs.report(options, validation, split.scan(), folder, console, log);
        return ExitCode.OK;
    }
}

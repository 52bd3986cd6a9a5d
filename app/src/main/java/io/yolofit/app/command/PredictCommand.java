package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_CROP;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SOURCE;

import io.yolofit.api.model.ImagePrediction;
import io.yolofit.api.model.InferenceInput;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.PredictionOutputs;
import io.yolofit.app.evaluation.PredictionReport;
import io.yolofit.app.evaluation.PredictionResults;
import io.yolofit.app.report.JsonText;
import io.yolofit.base.Problems;
import io.yolofit.data.dataset.ImageSources;
import io.yolofit.train.options.OptionType.PathType;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// `yolofit predict`: detects objects in images.
public final class PredictCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws Exception {
        var stop = new StopRequest();
        Console log = options.get(JSON) ? console.onErrors() : console;
        return stop.during(() -> predict(options, console, log, stop),
                () -> log.warn("stopping after this image ..."));
    }

    /// @param log console for everything but the result
    private static ExitCode predict(Options given, Console console, Console log, StopRequest stop)
            throws IOException {
        var problems = new Problems();
        Optional<ImagePrediction> read = problems.attempt(() -> ImagePrediction.of(given, log));
        Optional<ImageSources.Found> found = problems.attempt(() -> PredictionSource.images(PathType.expanded(
                given.get(SOURCE))));
        problems.check(() -> InferenceInput.requireDevice(given));
        problems.requireNone();
        found.orElseThrow().problems().forEach(problem -> log.warn(problem.toString()));
        Options options = read.orElseThrow().options();
        if (!options.get(SAVE) && !options.get(SAVE_TXT) && !options.get(SAVE_CROP)) {
            return predict(read.get(), found.get(), Optional.empty(), console, log, stop);
        }
        try (ActiveRun run = ActiveRun.results(Path.of(options.get(PROJECT)), options.get(NAME),
                options.get(EXIST_OK), log::warn)) {
            return predict(read.get(), found.get(), Optional.of(run.folder()), console, log, stop);
        }
    }

    private static ExitCode predict(ImagePrediction prediction, ImageSources.Found source, Optional<RunFolder> folder,
            Console console, Console log, StopRequest stop) throws IOException {
        Options options = prediction.options();
        PredictionReport report = PredictionReport.of(options, source, folder);
        prediction.run(source.images(), new PredictionResults(source.images().size(), prediction.model().names(),
                report, folder.map(run -> PredictionOutputs.of(options, run, prediction.model().names(),
                        OutputNames.of(source.images()))), log, stop));
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
        }
        if (report.images().isEmpty()) {
            throw new CommandException("none of the " + report.skipped().size() + " images of source="
                    + options.get(SOURCE) + " could be read");
        }
        log.line(report.images().size() + (report.images().size() == 1 ? " image" : " images")
                + (report.skipped().isEmpty() ? "" : ", " + report.skipped().size() + " skipped")
                + folder.map(run -> "; results are in " + run).orElse(""));
        return ExitCode.OK;
    }
}

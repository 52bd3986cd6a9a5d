package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MODEL;

import io.yolofit.api.model.ModelInput;
import io.yolofit.api.model.TrainedOptions;
import io.yolofit.app.console.Console;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.ModelFileSummary;
import io.yolofit.app.report.ModelSummaries;
import io.yolofit.app.report.ModelSummary;
import io.yolofit.app.report.ModelSummaryText;
import io.yolofit.app.report.data.DatasetSummary;
import io.yolofit.app.report.data.DatasetSummaryText;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// `yolofit info`: layers and cost of a model, splits and classes of a dataset, or both.
public final class InfoCommand implements Command {
    /// @param model null if not requested
    /// @param data  null if not requested
    private record Info(ModelSummary model, DatasetSummary data) {}

    @Override
    public ExitCode run(Options options, Console console) {
        boolean json = options.get(JSON);
        Console log = json ? console.onErrors() : console;
        Optional<Dataset> dataset = options.find(DATA).map(data -> DataSource.load(Path.of(data), log::line));
        dataset.ifPresent(found -> found.missing().values().forEach(why ->
                log.warn(why.message())));
        Optional<ModelSummary> model = options.find(MODEL).map(name -> model(name, options, dataset, log));
        Optional<DatasetSummary> data = dataset.map(DatasetSummary::of);
        if (json) {
            console.line(JsonText.of(new Info(model.orElse(null), data.orElse(null))));
            return ExitCode.OK;
        }
        model.ifPresent(summary -> ModelSummaryText.lines(summary).forEach(console::line));
        options.find(MODEL).filter(ModelFile::isWeights).ifPresent(name -> {
            ModelFile file = ModelChoice.trained(name);
            console.line("");
            ModelFileSummary.lines(name, file, ModelInput.trainingOptions(name, file)).forEach(console::line);
        });
        data.ifPresent(summary -> {
            if (model.isPresent()) {
                console.line("");
            }
            DatasetSummaryText.lines(summary).forEach(console::line);
        });
        return ExitCode.OK;
    }

    /// Weights have their own classes; an architecture takes the classes of the dataset, if one is given.
    private static ModelSummary model(String name, Options options, Optional<Dataset> dataset, Console log) {
        OptionalInt classes = dataset.isPresent() && !ModelFile.isWeights(name)
                ? OptionalInt.of(dataset.get().classes()) : OptionalInt.empty();
        Model model = ModelInput.architecture(options, classes);
        Options sized = ModelFile.isWeights(name) ? TrainedOptions.withImageSize(options,
                ModelInput.trainingOptions(name, ModelChoice.trained(name)), log) : options;
        return ModelSummaries.of(model.name(), model, ModelInput.imageSize(sized.get(IMGSZ), model, log));
    }
}

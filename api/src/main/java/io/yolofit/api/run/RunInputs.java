package io.yolofit.api.run;

import static io.yolofit.train.options.OptionTable.DATA;

import io.yolofit.base.Messages;
import io.yolofit.base.Problems;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.ModelChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a new run reads: its data set, without labels so far, and the model that it trains.
public record RunInputs(Dataset dataset, ModelChoice choice) {
    /// A class of a model that is read only to find its mistakes.
    private static final List<String> ANY = List.of("item");

    /// Reads both.
    ///
    /// @throws io.yolofit.base.YoloFitException with what is wrong with either of them
    public static RunInputs of(Options options, Messages log) throws IOException {
        var problems = new Problems();
        Optional<Dataset> dataset = problems.attempt(() -> DataSource.load(Path.of(options.get(DATA)), log::line));
        Messages notes = dataset.isPresent() ? log : Messages.of(_ -> { }, _ -> { });
        Optional<ModelChoice> choice = problems.attempt(() -> {
            ModelChoice model = RunModel.of(options, dataset.map(found -> RunModel.names(options, found)).orElse(ANY),
                    notes);
            RunModel.requireTrainable(options, model.model());
            return model;
        });
        problems.requireNone();
        return new RunInputs(dataset.orElseThrow(), choice.orElseThrow());
    }
}

package io.yolofit.api.run;

import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Appends a row to `results.csv` for every epoch.
public final class ResultsRecorder implements TrainingEvent.Listener {
    private final ResultsCsv results;

    public ResultsRecorder(ResultsCsv results) {
        this.results = results;
    }

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.EpochEnded epoch) {
            try {
                results.append(row(epoch));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static ResultsRow row(TrainingEvent.EpochEnded epoch) {
        return new ResultsRow(epoch.epoch(), epoch.seconds(), epoch.mean(),
                epoch.validation().map(Validation::metrics).map(found -> new ResultsRow.Metrics(found.precision(),
                        found.recall(), found.map50(), found.map())).orElse(ResultsRow.Metrics.ZERO),
                epoch.validation().map(Validation::items).orElse(LossItems.ZERO), List.copyOf(
                        epoch.rates().named().values()));
    }
}

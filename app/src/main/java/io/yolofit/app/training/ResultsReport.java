package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.RunFolder;
import io.yolofit.app.evaluation.ValidationReport;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.RunMemory;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.SplitChoice;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Supplier;

/// Writes `results.json` when the result of a run is known.
final class ResultsReport implements TrainingEvent.Listener {
    private final RunFolder folder;
    private final TrainingSetup setup;
    private final Supplier<String> loading;
    private final Supplier<RunMemory> memory;
    private TrainingEvent.Trained trained;

    /// @param loading verdict on data loading
    /// @param memory  planned and measured; asked for at the end of the run
    ResultsReport(RunFolder folder, TrainingSetup setup, Supplier<String> loading, Supplier<RunMemory> memory) {
        this.folder = folder;
        this.setup = setup;
        this.loading = loading;
        this.memory = memory;
    }

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.Trained end) {
            trained = end;
        } else if (event instanceof TrainingEvent.Measured measured) {
            try {
                Files.writeString(folder.file("results.json"), JsonText.of(results(measured)) + "\n");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private RunResults results(TrainingEvent.Measured measured) throws IOException {
        String model = setup.choice().model().name();
        List<String> names = setup.choice().names();
        Options options = setup.options();
        ValidationReport report = measured.validation().map((Validation found) -> ValidationReport.of(model,
                options.get(DATA), SplitChoice.VAL.word(), options.get(IMGSZ), names, found, folder.toString()))
                .orElse(null);
        return RunResults.of(model, names, options, ResultsCsv.read(folder.file("results.csv")), trained,
                loading.get(), report, memory.get());
    }
}

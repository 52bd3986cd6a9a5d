package io.yolofit.app.evaluation;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_JSON;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SPLIT;

import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.Units;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.report.JsonText;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `val` shows and writes: progress, sheets of batches, label files and `predictions.json` while it runs; metrics
/// and plots at its end.
public final class ValidationOutputs implements Validator.Observer, AutoCloseable {
    private final CountProgress count;
    private final List<Validator.Observer> observers = new ArrayList<>();
    private final Optional<PredictionsFile> predictions;

    /// @param folder present if the options ask for a file
    public ValidationOutputs(Options options, SplitScan scan, Optional<RunFolder> folder, Console log)
            throws IOException {
        OutputNames outputs = OutputNames.of(scan.images().stream().map(LabeledImage::path).toList());
        count = new CountProgress(log, "validating", scan.images().size(), "images", System::nanoTime);
        observers.add(new ProgressObserver(count));
        if (options.get(PLOTS)) {
            observers.add(new BatchSheets(folder.orElseThrow().path(), scan.names()));
        }
        if (options.get(SAVE_TXT)) {
            observers.add(Validator.collecting(
                    new LabelFiles(folder.orElseThrow().file("labels"), options.get(SAVE_CONF), outputs)));
        }
        predictions = options.get(JSON) || options.get(SAVE_JSON)
                ? Optional.of(new PredictionsFile(folder.orElseThrow().file("predictions.json"), outputs))
                : Optional.empty();
        predictions.map(Validator::collecting).ifPresent(observers::add);
    }

    @Override
    public void batch(Batch batch, List<List<Detection>> detections) {
        observers.forEach(observer -> observer.batch(batch, detections));
    }

    @Override
    public void close() throws IOException {
        count.close();
        if (predictions.isPresent()) {
            predictions.get().close();
        }
    }

    /// Draws the plots and prints the metrics.
    ///
    /// @param log console for everything but the result
    public static void report(Options options, Validation validation, SplitScan scan, Optional<RunFolder> folder,
            Console console, Console log) throws IOException {
        if (options.get(PLOTS)) {
            if (Drawing.failure().isPresent()) {
                log.warn("plots cannot be drawn on this machine: " + Drawing.failure().get());
            } else {
                Drawing.missingCharacters(scan.names()).ifPresent(log::warn);
                EvaluationPlots.write(folder.orElseThrow().path(), validation, scan.names());
            }
        }
        if (options.get(JSON)) {
            console.line(JsonText.of(ValidationReport.of(options.get(MODEL), options.get(DATA),
                    options.get(SPLIT).word(), options.get(INFERENCE_SIZE).longSide(), scan.names(), validation,
                    folder.map(RunFolder::toString).orElse(null))));
            return;
        }
        MetricsText.lines(validation.metrics(), scan.names()).forEach(console::line);
        console.line("");
        console.line(Units.fixed(1000 * validation.seconds() / validation.metrics().images(), 1)
                + " ms per image, loading included");
        folder.ifPresent(run -> console.line("results are in " + run));
    }
}

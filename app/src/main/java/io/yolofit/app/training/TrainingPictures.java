package io.yolofit.app.training;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.app.evaluation.EvaluationPlots;
import io.yolofit.app.page.FrontierSvg;
import io.yolofit.app.page.MemorySvg;
import io.yolofit.app.plot.LabelSet;
import io.yolofit.app.plot.LabelsPlot;
import io.yolofit.app.plot.ResultsPlot;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.draw.Annotator;
import io.yolofit.train.event.TrainingEvent.Listener;
import io.yolofit.train.event.TrainingEvent.Measured;
import io.yolofit.train.event.TrainingEvent.Started;
import io.yolofit.train.event.TrainingEvent.Trained;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.plan.RunPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Plots of a run. Each is a listener of its own: if one cannot be drawn, the others are.
final class TrainingPictures {
    private static final int MOST_BATCHES = 3;

    private TrainingPictures() {}

    /// Draws a plot when an event occurs.
    @FunctionalInterface
    private interface Plot<T extends TrainingEvent> {
        void draw(T event) throws IOException;
    }

    private static <T extends TrainingEvent> Listener at(Class<T> type, Plot<T> plot) {
        return event -> {
            if (type.isInstance(event)) {
                try {
                    plot.draw(type.cast(event));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }

    /// Draws the first three batches as `train_batch0.jpg` to `train_batch2.jpg`.
    static Consumer<Batch> ofFirstBatches(Path folder, List<String> names) {
        var annotator = new Annotator(names);
        int[] drawn = {0};
        return batch -> {
            if (drawn[0] < MOST_BATCHES) {
                try {
                    annotator.sheet(batch, folder.resolve("train_batch" + drawn[0] + ".jpg"));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
                drawn[0]++;
            }
        };
    }

    /// Draws `plan.svg`, the planned memory over time, when the run starts.
    static Listener ofPlan(Path file, String title) {
        return at(Started.class, started -> Files.writeString(file, MemorySvg.of(title, started.plan())));
    }

    /// Draws `labels.png`, the distribution of the labels, when the run starts, if there are labels.
    static Listener ofLabels(Path file, SplitScan scan) {
        return at(Started.class, _ -> {
            List<Label> labels = scan.images().stream().flatMap(image -> image.labels().stream()).toList();
            if (!labels.isEmpty()) {
                LabelsPlot.write(file, new LabelSet(scan.names(), labels.stream().mapToInt(Label::category).toArray(),
                        values(labels, Label::centerX), values(labels, Label::centerY), values(labels, Label::width),
                        values(labels, Label::height)));
            }
        });
    }

    private static double[] values(List<Label> labels, ToDoubleFunction<Label> value) {
        return labels.stream().mapToDouble(value).toArray();
    }

    /// Draws `results.png`, the rows of `results.csv`, after the last epoch.
    static Listener ofResults(Path file, Path rows) {
        return at(Trained.class, _ -> ResultsPlot.write(file, ResultsCsv.read(rows)));
    }

    /// Draws `frontier.svg` after the last epoch: the training does not wait for the search for the frontier.
    static Listener ofFrontier(Path file, String title, RunPlan plan) {
        return at(Trained.class, _ -> Files.writeString(file, FrontierSvg.of(title, plan)));
    }

    /// Draws the curves and the confusion matrices of the final validation.
    static Listener ofMetrics(Path folder, List<String> names) {
        return at(Measured.class, measured -> {
            if (measured.validation().isPresent()) {
                EvaluationPlots.write(folder, measured.validation().get(), names);
            }
        });
    }
}

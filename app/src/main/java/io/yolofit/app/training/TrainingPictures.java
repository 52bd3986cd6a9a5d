package io.yolofit.app.training;

import io.yolofit.app.plot.LabelSet;
import io.yolofit.app.plot.LabelsPlot;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.draw.Annotator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Plots of the training data: the first augmented batches, and the distribution of the labels.
final class TrainingPictures {
    private static final int MOST_BATCHES = 3;

    private TrainingPictures() {}

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

    /// Draws `labels.png`, if there are labels.
    static void ofLabels(Path file, SplitScan scan) throws IOException {
        List<Label> labels = scan.images().stream().flatMap(image -> image.labels().stream()).toList();
        if (!labels.isEmpty()) {
            LabelsPlot.write(file, new LabelSet(scan.names(), labels.stream().mapToInt(Label::category).toArray(),
                    values(labels, Label::centerX), values(labels, Label::centerY), values(labels, Label::width),
                    values(labels, Label::height)));
        }
    }

    private static double[] values(List<Label> labels, ToDoubleFunction<Label> value) {
        return labels.stream().mapToDouble(value).toArray();
    }
}

package io.yolofit.app.evaluation;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.draw.Annotator;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// Draws the first batches of a validation as contact sheets: one of labels and one of detections.
public final class BatchSheets implements Validator.Observer {
    private static final int MOST_BATCHES = 3;

    private final Path folder;
    private final Annotator annotator;

    /// @param names of the classes
    public BatchSheets(Path folder, List<String> names) {
        this.folder = folder;
        annotator = new Annotator(names);
    }

    @Override
    public void batch(Batch batch, List<List<Detection>> detections) {
        if (batch.index() >= MOST_BATCHES) {
            return;
        }
        try {
            annotator.sheet(batch, folder.resolve("val_batch" + batch.index() + "_labels.jpg"));
            annotator.sheet(batch, detections.stream().map(Overlays::confident).toList(),
                    folder.resolve("val_batch" + batch.index() + "_pred.jpg"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

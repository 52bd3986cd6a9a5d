package io.yolofit.app.evaluation;

import io.yolofit.base.file.AtomicFile;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.draw.Annotator;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/// Contact sheets of the first batch of a validation during a run: `val_batch0_labels.jpg` and `val_batch0_pred.jpg`,
/// replaced as a whole by those of a later validation.
///
/// They are drawn on the thread of the run. So that short epochs are not slowed down, a validation is drawn only if the
/// drawing before it took less than 1/300 of the time since then; the first one always is.
public final class ValidationPictures {
    private static final int INTERVAL = 300;

    private final Path folder;
    private final Annotator annotator;
    private final LongSupplier nanoTime;
    private long drawn;
    private long cost = -1;

    /// @param names    of the classes
    /// @param nanoTime a clock such as `System::nanoTime`
    public ValidationPictures(Path folder, List<String> names, LongSupplier nanoTime) {
        this.folder = folder;
        this.nanoTime = nanoTime;
        annotator = new Annotator(names);
    }

    /// The observer of the next validation.
    public Validator.Observer next() {
        if (cost >= 0 && nanoTime.getAsLong() - drawn < INTERVAL * cost) {
            return (_, _) -> {
                // not drawn
            };
        }
        return this::draw;
    }

    private void draw(Batch batch, List<List<Detection>> detections) {
        if (batch.index() > 0) {
            return;
        }
        long start = nanoTime.getAsLong();
        try {
            Files.createDirectories(folder);
            AtomicFile.replace(folder.resolve("val_batch0_labels.jpg"), draft -> annotator.sheet(batch, draft));
            AtomicFile.replace(folder.resolve("val_batch0_pred.jpg"), draft ->
                    annotator.sheet(batch, detections.stream().map(Overlays::confident).toList(), draft));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        drawn = nanoTime.getAsLong();
        cost = drawn - start;
    }
}

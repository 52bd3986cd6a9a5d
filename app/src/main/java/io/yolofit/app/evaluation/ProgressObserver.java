package io.yolofit.app.evaluation;

import io.yolofit.app.console.CountProgress;
import io.yolofit.data.batch.Batch;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validator;
import java.util.List;

/// Reports the number of validated images.
public final class ProgressObserver implements Validator.Observer {
    private final CountProgress progress;
    private long done;

    public ProgressObserver(CountProgress progress) {
        this.progress = progress;
    }

    @Override
    public void batch(Batch batch, List<List<Detection>> detections) {
        done += batch.images();
        progress.at(done);
    }
}

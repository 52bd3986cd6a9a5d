package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validator;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Ends a validation after the batch during which a stop was requested.
///
/// @param observer of the validation
record StoppableObserver(Validator.Observer observer, BooleanSupplier stop) implements Validator.Observer {
    /// The validation was stopped.
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Stopped() {
            super("stopped in a validation");
        }
    }

    @Override
    public void batch(Batch batch, List<List<Detection>> detections) {
        observer.batch(batch, detections);
        if (stop.getAsBoolean()) {
            throw new Stopped();
        }
    }
}

package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.program.LossItems;
import java.util.Optional;

/// Is told what happens in a run, in the trainer's thread.
public interface TrainingListener {
    /// A batch has been trained on; its pixels are still there.
    void step(StepReport report, Batch batch);

    /// An epoch is over, validation included. Its checkpoint is written after this returns, beside the next epoch; that
    /// of the epoch before is complete.
    void epoch(EpochReport report);

    /// Watches the batches of an epoch's validation.
    Validator.Observer validationObserver(int epoch);

    /// Something that the user should read once.
    void note(String line);

    /// @param epoch from 0
    /// @param batch from 0
    /// @param items of this batch
    /// @param mean of the epoch so far
    record StepReport(int epoch, int batch, int batches, int images, LossItems items, LossItems mean) {
    }

    /// @param epoch from 0
    /// @param mean of the batches' items
    /// @param validation empty if there was none
    /// @param rates of weights, normalization and biases at the epoch's last iteration
    /// @param seconds since the run began, earlier sessions included
    /// @param best whether no epoch was better
    record EpochReport(int epoch, LossItems mean, Optional<Validation> validation, double[] rates, double seconds,
            boolean best) {
    }
}

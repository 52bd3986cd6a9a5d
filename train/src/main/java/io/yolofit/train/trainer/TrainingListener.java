package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.program.LossItems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/// Receives what happens in a run, on the trainer's thread, and may stop it. A trainer has one; its exceptions end the
/// run. `io.yolofit.train.event.TrainingEvents` is the one that passes events to any number of listeners.
public interface TrainingListener {
    /// A run begins: before its first step and before ranks compare their plans, after a checkpoint was restored.
    ///
    /// @param epochs completed epochs, those before a resume
    default void started(Trainer trainer, int epochs) {
    }

    /// Whether the run is to stop. Read after every step; the epoch that is being trained is then not completed.
    default boolean isStopRequested() {
        return false;
    }

    /// A training step is complete; the pixels of its batch are still readable.
    void step(StepReport report, Batch batch);

    /// An epoch is complete, validation included. Its checkpoint is written after this method returns, while the next
    /// epoch is trained; the checkpoint of the previous epoch is complete.
    void epoch(EpochReport report);

    /// The observer of an epoch's validation batches.
    Validator.Observer validationObserver(int epoch);

    /// The checkpoint of an epoch is complete on disk. Called on the thread that wrote it.
    ///
    /// @param epochs completed epochs of the checkpoint
    /// @param files  that were written
    default void saved(int epochs, List<Path> files) {
    }

    /// A line for the user.
    void note(String line);

    /// A line for the user about something that may need attention.
    default void warning(String line) {
        note(line);
    }

    /// The last epoch is complete, and all checkpoints are written. [Trainer#finish] follows. Not called for a run that
    /// was stopped or failed.
    default void trained(Trainer.Outcome outcome) {
    }

    /// The observer of the batches of the final validation.
    default Validator.Observer finalValidationObserver() {
        return Validator.Observer.none();
    }

    /// The result of a run is known.
    ///
    /// @param weights    the checkpoint that was validated: the best, or else the last; empty if none was saved
    /// @param validation of these weights, or else of the last epoch; empty if there is neither
    /// @param memory     bytes that this process holds on its GPU; empty on the CPU
    default void measured(Optional<Path> weights, Optional<Validation> validation, OptionalLong memory) {
    }

    /// A run ends; nothing follows. All checkpoints are written.
    default void ended(Trainer.Outcome outcome) {
    }

    /// A run ends with an exception, which the trainer throws.
    ///
    /// @param before the state of the run after its last complete epoch
    default void failed(Trainer.Outcome before, Throwable failure) {
    }

    /// Receives the events of a rank that reports nothing.
    ///
    /// @param stop whether this process was asked to stop
    static TrainingListener silent(BooleanSupplier stop) {
        return new TrainingListener() {
            @Override
            public void step(StepReport report, Batch batch) {
                // rank 0 reports it
            }

            @Override
            public void epoch(EpochReport report) {
                // rank 0 reports it
            }

            @Override
            public Validator.Observer validationObserver(int epoch) {
                return Validator.Observer.none();
            }

            @Override
            public boolean isStopRequested() {
                return stop.getAsBoolean();
            }

            @Override
            public void note(String line) {
                // rank 0 says the same
            }
        };
    }

    /// Result of a training step.
    ///
    /// @param epoch   from 0
    /// @param batch   from 0
    /// @param batches number of batches of the epoch
    /// @param images  number of images in this batch, of all ranks
    /// @param items   losses of this batch
    /// @param mean    running mean of the epoch's finite losses; NaN before the first
    /// @param rates   learning rates of weights, normalization and biases
    record StepReport(int epoch, int batch, int batches, int images, LossItems items, LossItems mean, double[] rates) {
    }

    /// Result of an epoch.
    ///
    /// @param epoch      from 0
    /// @param mean       mean of the epoch's finite losses
    /// @param validation empty if the epoch was not validated
    /// @param rates      learning rates of weights, normalization and biases at the epoch's last iteration
    /// @param seconds    training time of the run, including the time before a resume
    /// @param best       whether no earlier epoch had a higher fitness
    record EpochReport(int epoch, LossItems mean, Optional<Validation> validation, double[] rates, double seconds,
            boolean best) {
    }
}

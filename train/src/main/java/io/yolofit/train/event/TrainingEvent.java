package io.yolofit.train.event;

import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.program.LossItems;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// What happens in a training run, in order: [Note]s about its setup, [Started], then for every epoch its [Step]s,
/// [Validated] (unless `val=false`), [EpochEnded] and, when the file is complete, [Saved]; then [Trained], [Measured]
/// and, always last, [Ended]. A run that is stopped or fails goes on to [Ended] at once. [Note] and [Warning] may occur
/// at any point before; only a [Warning] about a listener that fails at [Ended], or is too slow for it, follows it.
///
/// Epochs and batches count from 1.
public sealed interface TrainingEvent {
    /// Receives events. See [TrainingEvents] for the thread and for what happens to slow or failing listeners.
    @FunctionalInterface
    interface Listener {
        void on(TrainingEvent event);

        /// The listener was slower than the run: this many [Step] events since the last call were not delivered. By
        /// default a [Warning] event.
        default void lost(long steps) {
            on(new Warning(steps + " Step events were not delivered: this listener is slower than the run"));
        }
    }

    /// A run begins.
    ///
    /// @param plan      every program of the run with its memory
    /// @param recipe    options, with automatic choices resolved and explained
    /// @param names     class names
    /// @param completed epochs, those before a resume
    record Started(RunPlan plan, Options recipe, List<String> names, int completed) implements TrainingEvent {
        public Started {
            names = List.copyOf(names);
        }
    }

    /// A training step is complete. Its losses are read asynchronously, one step behind.
    ///
    /// @param batches number of batches of the epoch
    /// @param images  number of images in this batch
    /// @param losses  of this batch, multiplied by their gains
    /// @param mean    running mean of the epoch's finite losses; NaN before the first
    record Step(int epoch, int batch, int batches, int images, LossItems losses, LossItems mean, Rates rates)
            implements TrainingEvent {
    }

    /// An epoch was validated with the averaged weights.
    record Validated(int epoch, Validation validation) implements TrainingEvent {
    }

    /// An epoch is complete, its validation included. Its checkpoint is written while the next epoch is trained.
    ///
    /// @param mean       mean of the epoch's finite losses
    /// @param validation empty if the epoch was not validated
    /// @param rates      at the epoch's last step
    /// @param seconds    training time of the run, including the time before a resume
    /// @param best       whether no earlier epoch had a higher fitness
    record EpochEnded(int epoch, LossItems mean, Optional<Validation> validation, Rates rates, double seconds,
            boolean best) implements TrainingEvent {
    }

    /// The checkpoint of an epoch is complete on disk.
    ///
    /// @param files `last.safetensors` and, where due, `best.safetensors` and `epoch<n>.safetensors`
    record Saved(int epoch, List<Path> files) implements TrainingEvent {
        public Saved {
            files = List.copyOf(files);
        }
    }

    /// A line for the user.
    record Note(String line) implements TrainingEvent {
    }

    /// A line for the user about something that may need attention.
    record Warning(String line) implements TrainingEvent {
    }

    /// The last epoch is complete; all checkpoints are written. The validation of the best weights follows.
    ///
    /// @param epochs      completed epochs, including those before a resume
    /// @param bestEpoch   the epoch of the highest fitness; 0 if no epoch has one
    /// @param bestFitness mAP50-95 of that epoch; -1 if there is none
    /// @param seconds     training time, including the time before a resume
    /// @param why         reason of the end: `epochs`, `patience` or `time`, as a sentence
    record Trained(int epochs, int bestEpoch, double bestFitness, double seconds, String why)
            implements TrainingEvent {
    }

    /// The result of the run.
    ///
    /// @param weights    the checkpoint that was validated: the best, or else the last; empty if none was saved
    /// @param validation of these weights, or else of the last epoch; empty if there is neither
    /// @param memory     bytes that the process holds on its GPU at the end of the run; empty on the CPU
    record Measured(Optional<Path> weights, Optional<Validation> validation, OptionalLong memory)
            implements TrainingEvent {
    }

    /// The run is over; all its files are written.
    ///
    /// @param epochs      completed epochs, including those before a resume
    /// @param bestEpoch   the epoch of the highest fitness; 0 if no epoch has one
    /// @param bestFitness mAP50-95 of that epoch; -1 if there is none
    /// @param seconds     training time, including the time before a resume
    /// @param why         reason of the end
    record Ended(int epochs, int bestEpoch, double bestFitness, double seconds, Reason reason, String why)
            implements TrainingEvent {
    }

    /// How a run ended.
    enum Reason {
        /// All epochs are done, or `patience` or `time` ended the run.
        FINISHED,
        /// A stop was requested.
        STOPPED,
        /// The run failed with an exception.
        FAILED
    }

    /// Learning rates of the three parameter groups.
    ///
    /// @param weights       convolution weights
    /// @param normalization scales of batch norms
    /// @param biases        all biases
    record Rates(double weights, double normalization, double biases) {
        static Rates of(double[] rates) {
            return new Rates(rates[0], rates[1], rates[2]);
        }

        /// By their names in `results.csv`.
        public SequencedMap<String, Double> named() {
            SequencedMap<String, Double> named = new LinkedHashMap<>();
            named.put("lr/pg0", weights);
            named.put("lr/pg1", normalization);
            named.put("lr/pg2", biases);
            return named;
        }
    }
}

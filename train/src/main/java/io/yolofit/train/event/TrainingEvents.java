package io.yolofit.train.event;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Passes the events of a run to any number of listeners, none of which can end or slow the run:
///
/// - A queued listener ([#listen]) has a thread of its own and a bounded queue. If it is slow it loses
///   [TrainingEvent.Step] events, and gets their number.
/// - A direct listener ([#direct]) is called on the trainer's thread, or on that of the checkpoint writer for
///   [TrainingEvent.Saved], one event at a time. It must be fast at steps and epochs, as the progress line and
///   `results.csv` are; at the start and the end of the run it may draw plots.
/// - A listener that throws gets no more events; a [TrainingEvent.Warning] to all others says so, once.
///
/// A stop is a request that the trainer polls.
public final class TrainingEvents implements TrainingListener, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final BooleanSupplier stop;
    private final Duration closeTimeout;
    private final List<Receiver<TrainingEvent>> listeners = new ArrayList<>();
    private final List<Receiver<Batch>> batchReceivers = new ArrayList<>();
    private final List<Receiver<List<Receiver<ValidationBatch>>>> validations = new ArrayList<>();
    private final List<Receiver<List<Receiver<ValidationBatch>>>> finalValidations = new ArrayList<>();
    private final List<NamedQueue> queues = new ArrayList<>();

    /// @param name for the warning about its failure
    private record Receiver<T>(String name, Consumer<T> consumer) {
    }

    private record ValidationBatch(Batch batch, List<List<Detection>> detections) {
    }

    private record NamedQueue(String name, EventQueue queue) {
    }

    /// @param stop polled after every step; the run ends when it returns true
    public TrainingEvents(BooleanSupplier stop) {
        this(stop, CLOSE_TIMEOUT);
    }

    TrainingEvents(BooleanSupplier stop, Duration closeTimeout) {
        this.stop = stop;
        this.closeTimeout = closeTimeout;
    }

    /// Adds a listener that is called on the thread of the run.
    ///
    /// @param name for the warning about its failure
    public synchronized TrainingEvents direct(String name, TrainingEvent.Listener listener) {
        listeners.add(new Receiver<>(name, listener::on));
        return this;
    }

    /// Adds a listener that is called on a thread of its own.
    ///
    /// @param name for its thread and the warning about its failure
    public synchronized TrainingEvents listen(String name, TrainingEvent.Listener listener) {
        var queue = new EventQueue(name, listener, failure -> publish(new TrainingEvent.Warning(text(name, failure))));
        queues.add(new NamedQueue(name, queue));
        listeners.add(new Receiver<>(name, queue::add));
        return this;
    }

    /// Adds a receiver of every training batch, on the thread of the run; its pixels are readable during the call only.
    public synchronized TrainingEvents batches(String name, Consumer<Batch> receiver) {
        batchReceivers.add(new Receiver<>(name, receiver));
        return this;
    }

    /// Adds an observer of the validation batches of epochs, on the thread of the run.
    ///
    /// @param observer called at the begin of every validation
    public synchronized TrainingEvents validations(String name, Supplier<Validator.Observer> observer) {
        validations.add(beginning(name, observer));
        return this;
    }

    /// Adds an observer of the batches of the final validation, on the thread of the run.
    ///
    /// @param observer called at the begin of that validation
    public synchronized TrainingEvents finalValidation(String name, Supplier<Validator.Observer> observer) {
        finalValidations.add(beginning(name, observer));
        return this;
    }

    private static Receiver<List<Receiver<ValidationBatch>>> beginning(String name,
            Supplier<Validator.Observer> observer) {
        return new Receiver<>(name, begun -> {
            Validator.Observer one = observer.get();
            begun.add(new Receiver<>(name, next -> one.batch(next.batch, next.detections)));
        });
    }

    /// Delivers an event to all listeners.
    public synchronized void publish(TrainingEvent event) {
        deliver(listeners, event);
    }

    /// Receivers that throw are removed; all others get one warning for each of them.
    private synchronized <T> void deliver(List<Receiver<T>> receivers, T what) {
        List<String> failures = new ArrayList<>();
        for (Receiver<T> receiver : List.copyOf(receivers)) {
            attempt(receiver.name, () -> receiver.consumer.accept(what)).ifPresent(failure -> {
                receivers.remove(receiver);
                failures.add(failure);
            });
        }
        failures.forEach(failure -> publish(new TrainingEvent.Warning(failure)));
    }

    /// Runs a listener. A full heap is not the failure of a listener and ends the run.
    ///
    /// @return the text of its failure
    private static Optional<String> attempt(String name, Runnable listener) {
        try {
            listener.run();
            return Optional.empty();
        } catch (OutOfMemoryError full) {
            throw full;
        } catch (RuntimeException | Error failure) {
            return Optional.of(text(name, failure));
        }
    }

    private static String text(String name, Throwable failure) {
        return name + " failed and gets no more events of this run, which continues: " + failure;
    }

    @Override
    public void started(Trainer trainer, int epochs) {
        publish(new TrainingEvent.Started(trainer.plan(), trainer.options(), trainer.names(), epochs));
    }

    @Override
    public boolean isStopRequested() {
        return stop.getAsBoolean();
    }

    @Override
    public void step(StepReport report, Batch batch) {
        publish(new TrainingEvent.Step(report.epoch() + 1, report.batch() + 1, report.batches(), report.images(),
                report.items(), report.mean(), TrainingEvent.Rates.of(report.rates())));
        deliver(batchReceivers, batch);
    }

    @Override
    public void epoch(EpochReport report) {
        report.validation().ifPresent(found -> publish(new TrainingEvent.Validated(report.epoch() + 1, found)));
        publish(new TrainingEvent.EpochEnded(report.epoch() + 1, report.mean(), report.validation(),
                TrainingEvent.Rates.of(report.rates()), report.seconds(), report.best()));
    }

    @Override
    public Validator.Observer validationObserver(int epoch) {
        return begin(validations);
    }

    @Override
    public Validator.Observer finalValidationObserver() {
        return begin(finalValidations);
    }

    private Validator.Observer begin(List<Receiver<List<Receiver<ValidationBatch>>>> observers) {
        List<Receiver<ValidationBatch>> begun = new ArrayList<>();
        deliver(observers, begun);
        return (batch, detections) -> deliver(begun, new ValidationBatch(batch, detections));
    }

    @Override
    public void saved(int epochs, List<Path> files) {
        publish(new TrainingEvent.Saved(epochs, files));
    }

    @Override
    public void note(String line) {
        publish(new TrainingEvent.Note(line));
    }

    @Override
    public void warning(String line) {
        publish(new TrainingEvent.Warning(line));
    }

    /// From 1; 0 before the first epoch with a fitness.
    private static int bestEpoch(Trainer.Outcome outcome) {
        return outcome.bestFitness() < 0 ? 0 : outcome.bestEpoch() + 1;
    }

    @Override
    public void trained(Trainer.Outcome outcome) {
        publish(new TrainingEvent.Trained(outcome.epochs(), bestEpoch(outcome), outcome.bestFitness(),
                outcome.seconds(), outcome.why()));
    }

    @Override
    public void measured(Optional<Path> weights, Optional<Validation> validation, OptionalLong memory) {
        publish(new TrainingEvent.Measured(weights, validation, memory));
    }

    @Override
    public void ended(Trainer.Outcome outcome) {
        publish(new TrainingEvent.Ended(outcome.epochs(), bestEpoch(outcome), outcome.bestFitness(),
                outcome.seconds(), outcome.stopped() ? TrainingEvent.Reason.STOPPED : TrainingEvent.Reason.FINISHED,
                outcome.why()));
    }

    @Override
    public void failed(Trainer.Outcome before, Throwable failure) {
        publish(new TrainingEvent.Ended(before.epochs(), bestEpoch(before), before.bestFitness(),
                before.seconds(), TrainingEvent.Reason.FAILED, String.valueOf(failure.getMessage())));
    }

    /// Waits until queued listeners have all their events, a few seconds at most; a listener that is slower is
    /// abandoned, and a warning to the others says so.
    @Override
    public void close() {
        List<NamedQueue> open;
        synchronized (this) {
            open = List.copyOf(queues);
            queues.clear();
        }
        for (NamedQueue one : open) {
            try {
                int undelivered = one.queue.close(closeTimeout);
                if (undelivered > 0) {
                    publish(new TrainingEvent.Warning(one.name + " did not take its last " + undelivered
                            + " events within " + closeTimeout.toMillis() / 1000.0 + " s"));
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

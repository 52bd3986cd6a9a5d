package io.yolofit.api;

import io.yolofit.train.event.TrainingEvent;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The condition of [Training#stopWhen] during one run. If it throws, it stops the run, which saves its state, and is
/// not polled any more: hours of training are not lost to a mistake in the condition.
final class StopCondition implements BooleanSupplier {
    private final BooleanSupplier condition;
    private Consumer<TrainingEvent> events = _ -> { };
    private Throwable failure;

    StopCondition(BooleanSupplier condition) {
        this.condition = condition;
    }

    /// Sets the receiver of a warning if the condition throws.
    void reportTo(Consumer<TrainingEvent> receiver) {
        events = receiver;
    }

    /// Called by the thread of the run.
    @Override
    public boolean getAsBoolean() {
        if (failure != null) {
            return true;
        }
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
            events.accept(new TrainingEvent.Warning("the condition of stopWhen failed, which stops the run: "
                    + thrown));
            return true;
        }
    }

    /// Called when the run has ended.
    ///
    /// @param last checkpoint of the run
    /// @throws IllegalStateException if the condition failed; its cause is what the condition threw
    void requireNoFailure(Optional<Path> last) {
        if (failure != null) {
            throw new IllegalStateException("the condition of stopWhen failed: " + failure + "; the run was stopped"
                    + last.map(file -> ", and " + file + " has its state").orElse(""), failure);
        }
    }
}

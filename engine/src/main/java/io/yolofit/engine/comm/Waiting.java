package io.yolofit.engine.comm;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A wait for other ranks: a note every ten seconds, and an end when the user stops the run.
final class Waiting {
    /// Time in which a wait notices a request to stop, milliseconds.
    static final int POLL_MILLIS = 100;
    private static final long NOTE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Duration timeout;
    private final Consumer<String> notes;
    private final BooleanSupplier stop;
    private final LongSupplier clock;
    private final long start;
    private long next = NOTE_NANOS;

    /// @param clock nanoseconds
    Waiting(Duration timeout, Consumer<String> notes, BooleanSupplier stop, LongSupplier clock) {
        this.timeout = timeout;
        this.notes = notes;
        this.stop = stop;
        this.clock = clock;
        start = clock.getAsLong();
    }

    static Waiting of(Rendezvous rendezvous) {
        return new Waiting(rendezvous.timeout(), rendezvous.notes(), rendezvous.stop(), System::nanoTime);
    }

    /// Called repeatedly while the rank waits.
    ///
    /// @param whom for the notes: `ranks 1, 3 of 4 at node-a:29500`
    /// @throws MeetingStoppedException if the user has stopped the run
    void check(Supplier<String> whom) {
        if (stop.getAsBoolean()) {
            throw new MeetingStoppedException("stopped while waiting for " + whom.get());
        }
        long waited = clock.getAsLong() - start;
        if (waited >= next) {
            next = (waited / NOTE_NANOS + 1) * NOTE_NANOS;
            notes.accept("waiting for " + whom.get() + ", " + Duration.ofNanos(waited).toSeconds() + " s of "
                    + LocalGroup.seconds(timeout));
        }
    }
}

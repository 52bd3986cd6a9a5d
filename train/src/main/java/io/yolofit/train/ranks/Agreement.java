package io.yolofit.train.ranks;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.Deadline;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Decisions that all ranks take together, so that they execute the same steps: each method is called by all of them.
/// It also sets how long the ranks wait for each other: the time limit of the run or, if it is longer, ten times the
/// slowest step so far. A rank that waits for a device instead, and so for no collective of the group, ends the group
/// a little later.
public final class Agreement implements AutoCloseable {
    private static final int SLOWEST = 10;
    /// Steps that are slow because their code is compiled.
    private static final int FIRST_STEPS = 3;
    /// Compiling, autotuning, the end of a validation and writing to a disk take longer than a step.
    private static final int LONG = 10;
    /// Time that collectives have to notice a failure themselves: they name the rank that is missing.
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Communicator group;
    private final Duration limit;
    private final Optional<Deadline> watchdog;
    private long steps;
    private long slowest;
    private volatile Duration current;

    /// @param limit of a step
    public Agreement(Communicator group, Duration limit) {
        this.group = group;
        this.limit = limit;
        watchdog = group.ranks() == 1 ? Optional.empty() : Optional.of(new Deadline(() ->
                group.abort("no progress for " + current.plus(GRACE).toSeconds() + " s")));
        betweenSteps();
    }

    /// Whether this rank decides and writes.
    public boolean leads() {
        return group.rank() == 0;
    }

    /// Whether a flag is set on any rank.
    public boolean any(boolean flag) {
        float[] sum = {flag ? 1 : 0};
        group.sum(MemorySegment.ofArray(sum), 1);
        return sum[0] > 0;
    }

    /// What rank 0 decides.
    public boolean decision(BooleanSupplier ofLeader) {
        return group.broadcast(new byte[] {(byte) (leads() && ofLeader.getAsBoolean() ? 1 : 0)})[0] == 1;
    }

    /// What rank 0 says.
    ///
    /// @param text of rank 0; others are ignored
    public Optional<String> text(Optional<String> text) {
        byte[] bytes = group.broadcast(text.map(words -> "+" + words).orElse("").getBytes(StandardCharsets.UTF_8));
        return bytes.length == 0 ? Optional.empty()
                : Optional.of(new String(bytes, StandardCharsets.UTF_8).substring(1));
    }

    /// Replaces a vector by that of rank 0.
    public void fromLeader(float[] vector) {
        MemorySegment own = MemorySegment.ofArray(vector);
        if (!leads()) {
            own.fill((byte) 0);
        }
        group.sum(own, vector.length);
    }

    /// A step took this long.
    public void stepped(long nanoseconds) {
        steps++;
        if (steps > FIRST_STEPS) {
            slowest = Math.max(slowest, nanoseconds);
        }
        expect(step());
    }

    private Duration step() {
        Duration slow = Duration.ofNanos(slowest).multipliedBy(SLOWEST);
        return slow.compareTo(limit) > 0 ? slow : limit;
    }

    /// What follows may take longer than a step.
    public void betweenSteps() {
        expect(step().multipliedBy(LONG));
    }

    private void expect(Duration time) {
        current = time;
        group.timeout(time);
        watchdog.ifPresent(deadline -> deadline.start(time.plus(GRACE)));
    }

    @Override
    public void close() {
        watchdog.ifPresent(Deadline::close);
    }
}

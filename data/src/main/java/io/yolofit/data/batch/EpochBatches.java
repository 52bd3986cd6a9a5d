package io.yolofit.data.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/// The batches of one epoch, in order, prefetched. For one consumer thread. Closing it before the end cancels the
/// batches in flight.
public final class EpochBatches implements Iterator<Batch>, AutoCloseable {
    private final int step;
    private final int batches;
    private final int prefetch;
    private final IntFunction<PendingBatch> start;
    private final LongConsumer waited;
    private final Deque<PendingBatch> pending = new ArrayDeque<>();
    private int started;

    /// @param step   distance of the batches, which are number `firstBatch`, `firstBatch + step`, ...
    /// @param waited receives the nanoseconds for which the consumer waited for a batch
    EpochBatches(int firstBatch, int step, int batches, int prefetch, IntFunction<PendingBatch> start,
            LongConsumer waited) {
        this.started = firstBatch;
        this.step = step;
        this.batches = batches;
        this.prefetch = prefetch;
        this.start = start;
        this.waited = waited;
        startUpTo(prefetch);
    }

    private void startUpTo(int count) {
        while (pending.size() < count && started < batches) {
            pending.add(start.apply(started));
            started += step;
        }
    }

    @Override
    public boolean hasNext() {
        return !pending.isEmpty() || started < batches;
    }

    /// The next batch; blocks until it is ready. The caller closes it.
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has %d batches".formatted(batches));
        }
        long asked = System.nanoTime();
        startUpTo(Math.max(1, prefetch)); // without workers, the batch is loaded here
        Batch batch = pending.removeFirst().await();
        waited.accept(System.nanoTime() - asked);
        startUpTo(prefetch); // prefetch while the caller uses this batch
        return batch;
    }

    @Override
    public void close() {
        started = batches;
        while (!pending.isEmpty()) {
            pending.removeFirst().cancel();
        }
    }
}

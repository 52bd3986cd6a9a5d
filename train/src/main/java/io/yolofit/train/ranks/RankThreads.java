package io.yolofit.train.ranks;

import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Runs the ranks of a process, each in a thread of its own; a single one in the calling thread. If a rank fails, all
/// others are released, and the failure that is not about another rank is thrown; of several, that of the lowest rank.
/// A rank that hangs is not waited for: its thread ends with the process.
public final class RankThreads {
    /// Time in which the other ranks end after a failure.
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /// Index of the failure of the group, which no rank of this process may have noticed.
    private static final int GROUP = -1;

    private RankThreads() {}

    /// The work of a rank.
    @FunctionalInterface
    public interface Work<T> {
        T of(Communicator rank) throws Exception;
    }

    /// The end of a rank.
    ///
    /// @param failure null if it succeeded
    private record Ended<T>(int index, T result, Throwable failure) {
    }

    /// @param ranks of this process
    /// @return the result of the first rank
    /// @throws CommunicationException if a rank of another process failed, or a rank of this one hangs
    public static <T> T run(List<Communicator> ranks, Work<T> work) throws Exception {
        return run(ranks, work, PATIENCE);
    }

    static <T> T run(List<Communicator> ranks, Work<T> work, Duration patience) throws Exception {
        if (ranks.getFirst().ranks() == 1) {
            return released(ranks.getFirst(), work);
        }
        BlockingQueue<Ended<T>> queue = new LinkedBlockingQueue<>();
        ranks.getFirst().onFailure(reason -> queue.add(new Ended<>(GROUP, null, new CommunicationException(reason))));
        for (int i = 0; i < ranks.size(); i++) {
            int index = i;
            Thread.ofPlatform().daemon().name("yolofit-rank-" + ranks.get(i).rank())
                    .start(() -> queue.add(ended(index, ranks.get(index), work)));
        }
        List<Ended<T>> ends = collect(queue, ranks.size(), patience);
        List<Ended<T>> done = ends.stream().filter(end -> end.index != GROUP).sorted(Comparator.comparingInt(
                Ended::index)).toList();
        List<Throwable> failures = done.stream().map(Ended::failure).filter(failure -> failure != null).toList();
        if (failures.isEmpty() && done.size() == ranks.size()) {
            return done.getFirst().result;
        }
        Throwable first = failures.stream().filter(one -> !(one instanceof CommunicationException)).findFirst()
                .or(() -> failures.stream().findFirst()).orElseGet(() -> ends.getFirst().failure);
        switch (first) {
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(first);
        }
    }

    /// The ends of all ranks; after a failure of a rank or of the group only of those that end in time. Interrupts do
    /// not end the wait: files and native memory of the ranks are in use until then.
    private static <T> List<Ended<T>> collect(BlockingQueue<Ended<T>> queue, int ranks, Duration patience) {
        List<Ended<T>> ends = new ArrayList<>();
        boolean interrupted = false;
        boolean failed = false;
        int done = 0;
        while (done < ranks) {
            try {
                Ended<T> end = failed ? queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS) : queue.take();
                if (end == null) {
                    break;
                }
                ends.add(end);
                done += end.index == GROUP ? 0 : 1;
                failed |= end.failure != null;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ends;
    }

    private static <T> Ended<T> ended(int index, Communicator rank, Work<T> work) {
        try {
            return new Ended<>(index, released(rank, work), null);
        } catch (Exception | Error failure) {
            return new Ended<>(index, null, failure);
        }
    }

    private static <T> T released(Communicator rank, Work<T> work) throws Exception {
        try {
            return work.of(rank);
        } catch (Exception | Error failure) {
            rank.abort(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            throw failure;
        }
    }
}

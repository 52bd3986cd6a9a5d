package io.yolofit.train.ranks;

import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs the ranks of a process, each in a thread of its own; the first one in the calling thread. If a rank fails, all
/// others are released, and the failure of the rank that failed first is thrown.
public final class RankThreads {
    private RankThreads() {}

    /// The work of a rank.
    @FunctionalInterface
    public interface Work<T> {
        T of(Communicator rank) throws Exception;
    }

    /// @param ranks of this process
    /// @return the result of the first rank
    public static <T> T run(List<Communicator> ranks, Work<T> work) throws Exception {
        List<FutureTask<T>> tasks = ranks.stream().map(rank -> new FutureTask<>(() -> released(rank, work))).toList();
        for (int i = 1; i < tasks.size(); i++) {
            Thread.ofPlatform().name("yolofit-rank-" + ranks.get(i).rank()).start(tasks.get(i));
        }
        tasks.getFirst().run();
        List<Throwable> failures = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            failure(task, failures);
        }
        if (failures.isEmpty()) {
            return tasks.getFirst().get();
        }
        Throwable first = failures.stream().filter(one -> !(one instanceof CommunicationException)).findFirst()
                .orElse(failures.getFirst());
        switch (first) {
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(first);
        }
    }

    /// Waits for the end of a rank, whatever interrupts the wait: its files and native memory are in use until then.
    private static void failure(FutureTask<?> task, List<Throwable> failures) {
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (ExecutionException failed) {
                failures.add(failed.getCause());
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
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

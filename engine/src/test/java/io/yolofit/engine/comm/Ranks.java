package io.yolofit.engine.comm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/// Runs the ranks of a test, each in a thread of its own.
final class Ranks {
    private Ranks() {}

    /// The result of a rank: a value, or what it threw.
    record Result<T>(T value, Throwable failure) {
        String message() {
            return failure == null ? "no failure, but " + value : failure.getMessage();
        }
    }

    static <T> List<Result<T>> run(List<Communicator> group, Function<Communicator, T> work)
            throws InterruptedException {
        return run(group.stream().<Callable<T>>map(one -> () -> work.apply(one)).toList());
    }

    static <T> List<Result<T>> run(List<Callable<T>> ranks) throws InterruptedException {
        List<FutureTask<T>> tasks = ranks.stream().map(FutureTask::new).toList();
        tasks.forEach(task -> Thread.ofPlatform().daemon().start(task));
        List<Result<T>> results = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            try {
                results.add(new Result<>(task.get(), null));
            } catch (ExecutionException e) {
                results.add(new Result<>(null, e.getCause()));
            }
        }
        return results;
    }
}

package io.yolofit.train.checkpoint;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Writes files in a thread of its own, in their order and one save at a time, while the caller goes on. Belongs to the
/// thread that calls it; what goes wrong in the other is thrown to it.
///
/// Waiting does not end with an interrupt, which would leave a file behind that is still being written; the thread is
/// interrupted afterwards.
public final class CheckpointWriter implements AutoCloseable {
    private FutureTask<Void> latest;
    private Throwable failure;

    /// Waits for the save before, and begins this one. It is begun even if the one before has failed: perhaps there is
    /// space again, and then this is what the run goes on from.
    ///
    /// @param save touches nothing that the caller goes on to change
    /// @throws RuntimeException what the save before failed with
    public void begin(Runnable save) {
        await();
        Optional<Throwable> before = takeFailure();
        latest = new FutureTask<>(save, null);
        Thread.ofPlatform().name("yolofit-checkpoint").daemon(false).start(latest);
        before.ifPresent(CheckpointWriter::rethrow);
    }

    /// Waits until nothing is being written. A failure is kept for [#begin(Runnable)] or [#close()].
    public void await() {
        boolean interrupted = false;
        while (latest != null) {
            try {
                latest.get();
                latest = null;
            } catch (ExecutionException e) {
                failure = e.getCause();
                latest = null;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Throwable> takeFailure() {
        Throwable taken = failure;
        failure = null;
        return Optional.ofNullable(taken);
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }

    /// Waits for the last save.
    ///
    /// @throws RuntimeException what it failed with
    @Override
    public void close() {
        await();
        takeFailure().ifPresent(CheckpointWriter::rethrow);
    }
}

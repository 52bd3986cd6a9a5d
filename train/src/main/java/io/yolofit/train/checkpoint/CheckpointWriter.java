package io.yolofit.train.checkpoint;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Writes checkpoints on a background thread, in order and one at a time. Confined to the calling thread, which
/// receives the exceptions of the background thread.
///
/// Waiting is not interruptible, because an interrupt would leave a file that is still being written; the interrupt
/// status is restored afterwards.
public final class CheckpointWriter implements AutoCloseable {
    private FutureTask<Void> latest;
    private Throwable failure;

    /// Waits for the previous save and starts this one. It is started even if the previous one failed, because space
    /// may have been freed, and then the run can be resumed from it.
    ///
    /// @param save reads no state that the caller changes afterwards
    /// @throws RuntimeException the failure of the previous save
    public void begin(Runnable save) {
        await();
        Optional<Throwable> previous = takeFailure();
        latest = new FutureTask<>(save, null);
        Thread.ofPlatform().name("yolofit-checkpoint").daemon(false).start(latest);
        previous.ifPresent(CheckpointWriter::rethrow);
    }

    /// Waits for the pending save. Its failure is thrown by the next [#begin(Runnable)] or by [#close()].
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
    /// @throws RuntimeException the failure of the last save
    @Override
    public void close() {
        await();
        takeFailure().ifPresent(CheckpointWriter::rethrow);
    }
}

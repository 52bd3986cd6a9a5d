package io.yolofit.api;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Work that takes an interrupt of its caller as a stop request, which it polls where it can stop cleanly.
///
/// An interrupt may arrive anywhere and would close a file that is being read or written. The work therefore runs on a
/// thread of its own that is never interrupted, and the caller waits.
final class StoppableWork {
    private volatile boolean interrupted;

    /// Whether the caller was interrupted.
    boolean isStopRequested() {
        return interrupted;
    }

    /// Runs the work and waits until it ends. The interrupt status of the calling thread is restored afterwards.
    <T> T run(Callable<T> work) throws Exception {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().name("yolofit-training").start(task);
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    switch (failed.getCause()) {
                        case Exception exception -> throw exception;
                        case Error error -> throw error;
                        default -> throw failed;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

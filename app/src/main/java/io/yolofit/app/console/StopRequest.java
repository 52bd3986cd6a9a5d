package io.yolofit.app.console;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Ctrl-C as a flag that the work polls where it can stop cleanly.
///
/// An interrupt may arrive anywhere and would close a file that is being written. The work therefore runs in a thread
/// of its own that is never interrupted: the thread that started it receives the interrupt and sets the flag.
public final class StopRequest {
    private volatile boolean requested;

    /// Whether the user has requested a stop.
    public boolean isRequested() {
        return requested;
    }

    /// The exception of work that stopped: because this process was asked to or, if it was not, because another
    /// process of the run was.
    ///
    /// @param message for the user: how to continue
    public StoppedException exception(String message) {
        return new StoppedException(message, !requested);
    }

    /// Stops here if a stop was requested.
    ///
    /// @param message for the user: how to continue
    /// @throws StoppedException if a stop was requested
    public void stopIfRequested(String message) {
        if (requested) {
            throw exception(message);
        }
    }

    /// Runs the work in a thread of its own and waits for it.
    ///
    /// @param onRequest called once, immediately, when the user requests a stop
    public <T> T during(Callable<T> work, Runnable onRequest) throws Exception {
        var task = new FutureTask<T>(work);
        Thread.ofPlatform().name("yolofit-work").start(task);
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException _) {
                if (!requested) {
                    requested = true;
                    onRequest.run();
                }
            } catch (ExecutionException failed) {
                switch (failed.getCause()) {
                    case Exception exception -> throw exception;
                    case Error error -> throw error;
                    default -> throw failed;
                }
            }
        }
    }
}

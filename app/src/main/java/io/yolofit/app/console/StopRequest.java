package io.yolofit.app.console;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Ctrl-C as a flag that the work polls where it can stop cleanly.
///
/// An interrupt may arrive anywhere and would close a file that is being written. The work therefore runs in a thread
/// of its own that is never interrupted: the thread that started it receives the interrupt and sets the flag.
///
/// A request before the work has begun to write its results, while a run is prepared for minutes, need not wait for it:
/// then there is nothing to save.
public final class StopRequest {
    /// Time in which work that has not begun may notice a request and end by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private volatile boolean requested;
    private boolean begun;

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

    /// Marks that the work writes its results from here on: it is waited for, and ends soon after a request.
    ///
    /// @param message for the user
    /// @throws StoppedException if a stop was requested before
    public synchronized void begin(String message) {
        stopIfRequested(message);
        begun = true;
    }

    /// Whether the work has begun to write its results.
    public synchronized boolean hasBegun() {
        return begun;
    }

    private synchronized void request() {
        requested = true;
    }

    /// Runs the work in a thread of its own and waits for it.
    ///
    /// @param onRequest called once, immediately, when the user requests a stop
    public <T> T during(Callable<T> work, Runnable onRequest) throws Exception {
        return await(started(work), onRequest, Optional.empty());
    }

    /// As [#during(Callable, Runnable)], for work that calls [#begin]. If a request precedes that call, the work is
    /// waited for no longer than some seconds, and its thread ends with the process.
    ///
    /// @param unbegun message for the user if the work is left
    public <T> T during(Callable<T> work, Runnable onRequest, String unbegun) throws Exception {
        return await(started(work), onRequest, Optional.of(unbegun));
    }

    private static <T> FutureTask<T> started(Callable<T> work) {
        var task = new FutureTask<T>(work);
        Thread.ofPlatform().name("yolofit-work").start(task);
        return task;
    }

    private <T> T await(FutureTask<T> task, Runnable onRequest, Optional<String> unbegun) throws Exception {
        while (true) {
            try {
                return requested && unbegun.isPresent() && !hasBegun()
                        ? task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) : task.get();
            } catch (TimeoutException _) {
                throw exception(unbegun.orElseThrow());
            } catch (InterruptedException _) {
                if (!requested) {
                    request();
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

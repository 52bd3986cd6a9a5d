package io.yolofit.app.console;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Ctrl-C as a request that the work asks for where it can stop cleanly.
///
/// An interrupt may strike anywhere, and would close the very file that is being written. So the work runs in a thread
/// of its own, which nobody interrupts: the thread that started it takes the interrupt and remembers it here.
public final class StopRequest {
    private volatile boolean asked;

    /// Whether the user wants the work to stop.
    public boolean isAsked() {
        return asked;
    }

    /// Stops here if the user wants that.
    ///
    /// @param message how to go on, for the user
    /// @throws StoppedException if so
    public void stopIfAsked(String message) {
        if (asked) {
            throw new StoppedException(message);
        }
    }

    /// Does the work in a thread of its own, and waits for it.
    ///
    /// @param onRequest told once, at once, when the user asks to stop
    public <T> T during(Callable<T> work, Runnable onRequest) throws Exception {
        var task = new FutureTask<T>(work);
        Thread.ofPlatform().name("yolofit-work").start(task);
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException _) {
                if (!asked) {
                    asked = true;
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

package io.yolofit.app;

import java.time.Duration;

/// Turns Ctrl-C into an interrupt of the worker thread and waits for it to end cleanly, for example to finish a
/// checkpoint. Java then exits with code 130 (128 + SIGINT).
final class Interruption {
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(60);

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /// Registers a shutdown hook that interrupts the thread and waits for it.
    static Interruption of(Thread worker) {
        var hook = new Thread(() -> {
            worker.interrupt();
            try {
                worker.join(SHUTDOWN_TIMEOUT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }, "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    /// Exits with that code when the work is done, unless a shutdown is already in progress.
    void exit(int code) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(code);
        } catch (IllegalStateException _) {
            // shutdown in progress: the hook waits for this thread, and exit would block
        }
    }
}

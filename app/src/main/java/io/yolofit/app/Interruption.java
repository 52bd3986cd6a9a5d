package io.yolofit.app;

import java.time.Duration;

/// Turns Ctrl-C and SIGTERM into an interrupt of the worker thread and waits for it to end cleanly, for example to
/// finish a checkpoint. Java then exits with code 130 or 143 (128 + the number of the signal). A process that ends
/// while its threads work ends by [NativeExit].
final class Interruption {
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(60);

    /// Of the names of all threads that this program starts.
    private static final String PREFIX = "yolofit-";

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /// Registers a shutdown hook that interrupts the thread and waits for it.
    static Interruption of(Thread worker) {
        return of(worker, SHUTDOWN_TIMEOUT);
    }

    static Interruption of(Thread worker, Duration timeout) {
        var hook = new Thread(() -> {
            worker.interrupt();
            try {
                worker.join(timeout);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            if (worker.isAlive()) {
                System.err.println("warning: the work did not stop within " + timeout.toMillis() / 1000.0
                        + " s; the process ends without saving it");
            }
            NativeExit.skipDestructors();
        }, "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    /// Exits with that code when the work is done, unless a shutdown is already in progress.
    void exit(int code) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            if (isAnyThreadLeft()) {
                NativeExit.skipDestructors(); // not at all ends: linking takes a good part of a short command's time
            }
            System.exit(code);
        } catch (IllegalStateException _) {
            // shutdown in progress: the hook waits for this thread, and exit would block
        }
    }

    /// Whether a thread that may be in native code was abandoned, such as a rank that hangs.
    private static boolean isAnyThreadLeft() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith(PREFIX));
    }
}

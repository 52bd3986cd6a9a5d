package io.yolofit.app;

import java.time.Duration;

/// Turns Ctrl-C into an interrupt of the working thread, and gives it time to end cleanly, for example to finish a
/// checkpoint. Java then ends the process with 130 (128 + SIGINT).
final class Interruption {
    private static final Duration TIME_TO_END = Duration.ofSeconds(60);

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /// From now on, the end of the process interrupts that thread and waits for it.
    static Interruption of(Thread worker) {
        var hook = new Thread(() -> {
            worker.interrupt();
            try {
                worker.join(TIME_TO_END);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }, "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    /// The work is done: ends the process at once with that code, unless it is ending already.
    void exit(int code) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(code);
        } catch (IllegalStateException _) {
            // Ctrl-C: the hook waits for this thread, so it must return rather than call exit, which would block
        }
    }
}

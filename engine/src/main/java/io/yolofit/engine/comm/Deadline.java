package io.yolofit.engine.comm;

import java.time.Duration;

/// A time limit for blocking calls: at its end an action, such as closing a socket, makes the call fail.
public final class Deadline implements AutoCloseable {
    private final Runnable action;
    private final Thread thread;
    private long end = Long.MAX_VALUE;
    private boolean expired;
    private boolean closed;

    /// @param action runs once, in a thread of this object
    public Deadline(Runnable action) {
        this.action = action;
        thread = Thread.ofPlatform().daemon().name("yolofit-deadline").start(this::watch);
    }

    /// Starts or restarts the time.
    public synchronized void start(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
        notifyAll();
    }

    public synchronized void stop() {
        end = Long.MAX_VALUE;
    }

    synchronized boolean isExpired() {
        return expired;
    }

    private void watch() {
        try {
            awaitEnd();
        } catch (InterruptedException _) {
            return; // nothing interrupts this thread but the end of the process
        }
        if (isExpired()) {
            action.run();
        }
    }

    private synchronized void awaitEnd() throws InterruptedException {
        while (!closed && !expired) {
            long left = end == Long.MAX_VALUE ? Long.MAX_VALUE : end - System.nanoTime();
            if (left <= 0) {
                expired = true;
            } else if (left == Long.MAX_VALUE) {
                wait();
            } else {
                wait(Math.max(1, left / 1_000_000));
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}

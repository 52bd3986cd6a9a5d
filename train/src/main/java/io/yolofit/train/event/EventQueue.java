package io.yolofit.train.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Delivers events to one listener on a thread of its own, so that the run never waits for it.
///
/// The queue is bounded for [TrainingEvent.Step]: when it is full, further steps are counted and dropped, and the
/// listener gets their number. All other events are delivered; a run has a few of them per epoch.
final class EventQueue {
    /// Steps that may wait, a few seconds of a fast run.
    static final int CAPACITY = 1024;

    private final ArrayDeque<TrainingEvent> waiting = new ArrayDeque<>();
    private final TrainingEvent.Listener listener;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private long lost;
    private boolean closed;

    /// @param failed receives the exception of the listener, which then gets no more events; on the queue's thread
    EventQueue(String name, TrainingEvent.Listener listener, Consumer<Throwable> failed) {
        this.listener = listener;
        this.failed = failed;
        thread = Thread.ofPlatform().name("yolofit-" + name).daemon(true).start(this::deliver);
    }

    synchronized void add(TrainingEvent event) {
        if (closed) {
            return;
        }
        if (event instanceof TrainingEvent.Step && waiting.size() >= CAPACITY) {
            lost++;
            return;
        }
        waiting.add(event);
        notifyAll();
    }

    private void deliver() {
        try {
            while (true) {
                long dropped = await();
                if (dropped < 0) {
                    return;
                }
                if (dropped > 0) {
                    listener.lost(dropped);
                }
                TrainingEvent event = next();
                if (event != null) {
                    listener.on(event);
                }
            }
        } catch (InterruptedException _) {
            abandon(); // closed before all events were delivered
        } catch (RuntimeException | Error failure) {
            abandon();
            failed.accept(failure);
        }
    }

    /// Waits for an event.
    ///
    /// @return the number of steps that were dropped since the last call; negative at the end
    private synchronized long await() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        long dropped = lost;
        lost = 0;
        return waiting.isEmpty() && dropped == 0 ? -1 : dropped;
    }

    private synchronized TrainingEvent next() {
        return waiting.poll();
    }

    private synchronized void abandon() {
        closed = true;
        waiting.clear();
        lost = 0;
    }

    /// Accepts no more events and waits until the accepted ones are delivered.
    ///
    /// @return the number of events that were not delivered in that time; the listener is then abandoned
    int close(Duration most) throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        if (thread == Thread.currentThread() || thread.join(most)) {
            return 0;
        }
        synchronized (this) {
            int undelivered = waiting.size() + 1; // and the one that the listener is processing
            waiting.clear();
            thread.interrupt();
            return undelivered;
        }
    }
}

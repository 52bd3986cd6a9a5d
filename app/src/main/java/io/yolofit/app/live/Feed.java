package io.yolofit.app.live;

import io.yolofit.train.event.TrainingEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Frames of JSON about a run, for any number of readers.
///
/// A frame is rendered once, at most every [#PERIOD_MILLIS] and only while somebody reads. A reader that is too slow
/// skips frames and gets the whole history instead, so that a reader that never reads holds one frame and no more.
final class Feed implements TrainingEvent.Listener, AutoCloseable {
    static final int PERIOD_MILLIS = 400;
    private static final int FRAMES = 32;
    private static final int MOST_WAITING_LINES = 1000;
    private static final int HEARTBEAT_MILLIS = 10_000;

    private final RunHistory history;
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingLines = new AtomicInteger();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final Thread clock;
    private Frame whole = new Frame(-1, new byte[0]);
    private long last;
    private int readers;
    private boolean changed = true;
    private boolean closed;

    /// @param number that counts up by one
    /// @param data   JSON in UTF-8; empty for a heartbeat
    record Frame(long number, byte[] data) {
    }

    Feed(RunHistory history) {
        this.history = history;
        clock = Thread.ofVirtual().name("yolofit-page-clock").start(this::tick);
    }

    @Override
    public synchronized void on(TrainingEvent event) {
        history.add(event);
        changed = true;
    }

    /// The history keeps a part of the steps anyway.
    @Override
    public void lost(long steps) {
    }

    /// A line of the console, on the thread of the run: never waits. Lines that come faster than readers are served
    /// are dropped.
    void line(String text) {
        if (waitingLines.incrementAndGet() <= MOST_WAITING_LINES) {
            lines.add(text);
        } else {
            waitingLines.decrementAndGet();
        }
    }

    synchronized void planned(String device, long bytes) {
        history.planned(device, bytes);
        changed = true;
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                synchronized (this) {
                    flush();
                    if (closed) {
                        return;
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the feed is closed
        }
    }

    /// Renders a frame if something is new and somebody reads.
    private synchronized void flush() {
        for (String text = lines.poll(); text != null; text = lines.poll()) {
            waitingLines.decrementAndGet();
            history.line(text);
            changed = true;
        }
        if (!changed || readers == 0) {
            return;
        }
        changed = false;
        frames.add(new Frame(++last, history.news()));
        if (frames.size() > FRAMES) {
            frames.removeFirst();
        }
        notifyAll();
    }

    synchronized void enter() {
        readers++;
    }

    synchronized void leave() {
        readers--;
    }

    /// Waits for the next frame of a reader.
    ///
    /// @param after number of the reader's last frame; negative for a new reader
    /// @return a heartbeat after a while without news; null at the end of the run
    synchronized Frame next(long after) throws InterruptedException {
        if (after >= 0 && after == last && !closed) {
            wait(HEARTBEAT_MILLIS);
        }
        if (after == last && after >= 0) {
            return closed ? null : new Frame(after, new byte[0]);
        }
        if (after >= 0 && !frames.isEmpty() && frames.getFirst().number <= after + 1) {
            return frames.stream().filter(frame -> frame.number == after + 1).findFirst().orElseThrow();
        }
        if (changed || whole.number != last) {
            flush();
            whole = new Frame(last, history.all());
        }
        return whole;
    }

    /// Readers get what is left, and then the end.
    @Override
    public synchronized void close() {
        flush();
        closed = true;
        clock.interrupt();
        notifyAll();
    }
}

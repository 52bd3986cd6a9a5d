package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A point in the work of a stream, for synchronization and for timing.
public final class Event implements AutoCloseable {
    private static final int EXTERNAL = 1;

    private final Driver driver;
    private final long handle;

    Event(Driver driver) {
        this.driver = driver;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(ADDRESS);
            driver.call("cuEventCreate", event, 0);
            handle = event.get(JAVA_LONG, 0);
        }
    }

    long handle() {
        return handle;
    }

    /// Records the event after all work that is on the stream now. Waiting for an event that was never recorded returns
    /// at once.
    public void record(Stream stream) {
        driver.call("cuEventRecord", handle, stream.handle());
    }

    /// Records the event whenever a graph reaches this point, while the stream is captured.
    public void recordInGraph(Stream stream) {
        driver.call("cuEventRecordWithFlags", handle, stream.handle(), EXTERNAL);
    }

    /// Waits until the stream has reached the event.
    public void synchronize() {
        driver.call("cuEventSynchronize", handle);
    }

    /// Time from an earlier event to this one; both must have been reached.
    public float millisecondsSince(Event start) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment milliseconds = arena.allocate(JAVA_FLOAT);
            driver.call("cuEventElapsedTime", milliseconds, start.handle, handle);
            return milliseconds.get(JAVA_FLOAT, 0);
        }
    }

    @Override
    public void close() {
        driver.call("cuEventDestroy_v2", handle);
    }
}

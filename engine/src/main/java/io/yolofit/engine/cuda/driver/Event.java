package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A mark on a stream, for others to wait at and for measuring time.
public final class Event implements AutoCloseable {
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

    /// Marks the place behind what is on the stream now. An event that was never recorded holds up nobody.
    public void record(Stream stream) {
        driver.call("cuEventRecord", handle, stream.handle());
    }

    /// Waits until the stream has come to the mark.
    public void synchronize() {
        driver.call("cuEventSynchronize", handle);
    }

    /// From an earlier mark to this one; both have been reached.
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

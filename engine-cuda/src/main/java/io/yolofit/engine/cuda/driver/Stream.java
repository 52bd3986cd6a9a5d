package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A stream: its work runs in order, and overlaps the work of other streams.
public final class Stream implements AutoCloseable {
    private static final int NON_BLOCKING = 1;
    private static final int CAPTURE_THREAD_LOCAL = 1;

    private final Driver driver;
    private final long handle;

    /// @param highPriority whether its blocks are scheduled before those of other streams
    Stream(Driver driver, boolean highPriority) {
        this.driver = driver;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lowest = arena.allocate(JAVA_INT);
            MemorySegment highest = arena.allocate(JAVA_INT);
            driver.call("cuCtxGetStreamPriorityRange", lowest, highest);
            int priority = (highPriority ? highest : lowest).get(JAVA_INT, 0);
            MemorySegment stream = arena.allocate(ADDRESS);
            driver.call("cuStreamCreateWithPriority", stream, NON_BLOCKING, priority);
            handle = stream.get(JAVA_LONG, 0);
        }
    }

    public long handle() {
        return handle;
    }

    /// Waits until all work of the stream is complete.
    public void synchronize() {
        driver.call("cuStreamSynchronize", handle);
    }

    /// Makes later work of this stream wait for the event.
    public void waitFor(Event event) {
        driver.call("cuStreamWaitEvent", handle, event.handle(), 0);
    }

    /// Copies asynchronously from the host.
    ///
    /// @param host must not change until the copy is complete; a copy overlaps other work only if it is pinned
    public void copyToDevice(long device, MemorySegment host) {
        driver.call("cuMemcpyHtoDAsync_v2", device, host, host.byteSize(), handle);
    }

    public void copyToHost(MemorySegment host, long device) {
        driver.call("cuMemcpyDtoHAsync_v2", host, device, host.byteSize(), handle);
    }

    public void copy(long to, long from, long bytes) {
        driver.call("cuMemcpyDtoDAsync_v2", to, from, bytes, handle);
    }

    /// Sets all bytes of a range to a value.
    public void fill(long address, byte value, long bytes) {
        driver.call("cuMemsetD8Async", address, value, bytes, handle);
    }

    /// Begins graph capture: work on the stream is recorded instead of executed.
    public void beginCapture() {
        driver.call("cuStreamBeginCapture_v2", handle, CAPTURE_THREAD_LOCAL);
    }

    /// Ends graph capture and returns the executable graph.
    public StepGraph endCapture() {
        return StepGraph.capturedOn(driver, handle);
    }

    @Override
    public void close() {
        driver.call("cuStreamDestroy_v2", handle);
    }
}

package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A queue of work for a device: what is put on it runs in its order, beside other streams.
public final class Stream implements AutoCloseable {
    private static final int NON_BLOCKING = 1;
    private static final int CAPTURE_THREAD_LOCAL = 1;

    private final Driver driver;
    private final long handle;

    /// @param first whether its kernels start before those of other streams where both wait for multiprocessors
    Stream(Driver driver, boolean first) {
        this.driver = driver;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lowest = arena.allocate(JAVA_INT);
            MemorySegment highest = arena.allocate(JAVA_INT);
            driver.call("cuCtxGetStreamPriorityRange", lowest, highest);
            int priority = (first ? highest : lowest).get(JAVA_INT, 0);
            MemorySegment stream = arena.allocate(ADDRESS);
            driver.call("cuStreamCreateWithPriority", stream, NON_BLOCKING, priority);
            handle = stream.get(JAVA_LONG, 0);
        }
    }

    public long handle() {
        return handle;
    }

    /// Waits until everything on the stream is done.
    public void synchronize() {
        driver.call("cuStreamSynchronize", handle);
    }

    /// What follows on this stream waits for the event.
    public void waitFor(Event event) {
        driver.call("cuStreamWaitEvent", handle, event.handle(), 0);
    }

    /// @param host memory that stays as it is until the copy is done; pinned, for a copy beside other work
    public void copyToDevice(long device, MemorySegment host) {
        driver.call("cuMemcpyHtoDAsync_v2", device, host, host.byteSize(), handle);
    }

    public void copyToHost(MemorySegment host, long device) {
        driver.call("cuMemcpyDtoHAsync_v2", host, device, host.byteSize(), handle);
    }

    public void copy(long to, long from, long bytes) {
        driver.call("cuMemcpyDtoDAsync_v2", to, from, bytes, handle);
    }

    /// Sets bytes to a value.
    public void fill(long address, byte value, long bytes) {
        driver.call("cuMemsetD8Async", address, value, bytes, handle);
    }

    /// Work that is put on the stream from now on is not done, but collected.
    public void beginCapture() {
        driver.call("cuStreamBeginCapture_v2", handle, CAPTURE_THREAD_LOCAL);
    }

    /// What was collected, ready to run as often as one likes.
    public StepGraph endCapture() {
        return StepGraph.capturedOn(driver, handle);
    }

    @Override
    public void close() {
        driver.call("cuStreamDestroy_v2", handle);
    }
}

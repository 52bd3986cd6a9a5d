package io.yolofit.data.batch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongFunction;

/// A pool of native buffers of one size; it grows to the largest number in use at the same time.
final class BufferPool {
    private final long bytes;
    private final LongFunction<MemorySegment> memory;
    private final Deque<MemorySegment> free = new ArrayDeque<>();

    /// @param memory allocates the given number of bytes, which must live at least as long as the pool
    BufferPool(long bytes, LongFunction<MemorySegment> memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    synchronized MemorySegment take() {
        return free.isEmpty() ? memory.apply(bytes) : free.pop();
    }

    synchronized void giveBack(MemorySegment buffer) {
        free.push(buffer);
    }
}

package io.yolofit.data.batch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongFunction;

/// Native buffers of one size. There are as many as were ever in use at once.
final class BufferPool {
    private final long bytes;
    private final LongFunction<MemorySegment> memory;
    private final Deque<MemorySegment> free = new ArrayDeque<>();

    /// @param memory gives memory of so many bytes, which lives at least as long as the pool
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

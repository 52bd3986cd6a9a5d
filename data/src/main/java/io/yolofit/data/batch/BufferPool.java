package io.yolofit.data.batch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// Native buffers of one size. There are as many as were ever in use at once.
final class BufferPool implements AutoCloseable {
    private static final int ALIGNMENT = 64; // a cache line

    private final long bytes;
    private final Arena arena = Arena.ofShared();
    private final Deque<MemorySegment> free = new ArrayDeque<>();

    BufferPool(long bytes) {
        this.bytes = bytes;
    }

    synchronized MemorySegment take() {
        return free.isEmpty() ? arena.allocate(bytes, ALIGNMENT) : free.pop();
    }

    synchronized void giveBack(MemorySegment buffer) {
        free.push(buffer);
    }

    @Override
    public void close() {
        arena.close();
    }
}

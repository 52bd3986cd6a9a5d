package io.yolofit.engine.cuda;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.State;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.plan.ArenaLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The persistent buffers at the beginning of the arena. Reads and writes wait for the device. They go through a pinned
/// buffer of 32 MiB, because copies of pageable memory are several times slower.
final class CudaState implements State, AutoCloseable {
    private static final int PIECE = 8 << 20; // elements: 32 MiB

    private final Device device;
    private final Stream stream;
    private ArenaLayout layout;
    private long base;
    /// Allocated at the first read or write.
    private MemorySegment pinned;

    CudaState(Device device, Stream stream) {
        this.device = device;
        this.stream = stream;
    }

    /// Gives the buffers their addresses.
    void bind(ArenaLayout arena, long address) {
        layout = arena;
        base = address;
    }

    @Override
    public boolean has(String buffer) {
        return layout != null && layout.persistentSizes().containsKey(buffer);
    }

    @Override
    public int count(String buffer) {
        return Math.toIntExact(size(buffer) / Float.BYTES);
    }

    private long size(String buffer) {
        if (!has(buffer)) {
            throw new EngineException("there is no persistent buffer '" + buffer + "'"
                    + (layout == null ? "" : "; there are " + layout.persistentSizes().keySet()));
        }
        return layout.persistentSizes().get(buffer);
    }

    @Override
    public void write(String buffer, long offset, float[] values) {
        long address = address(buffer, offset, values.length);
        for (int at = 0; at < values.length; at += PIECE) {
            MemorySegment piece = piece(Math.min(PIECE, values.length - at));
            MemorySegment.copy(values, at, piece, ValueLayout.JAVA_FLOAT, 0, elements(piece));
            stream.copyToDevice(address + (long) at * Float.BYTES, piece);
            stream.synchronize();
        }
    }

    @Override
    public void read(String buffer, long offset, float[] into) {
        long address = address(buffer, offset, into.length);
        for (int at = 0; at < into.length; at += PIECE) {
            MemorySegment piece = piece(Math.min(PIECE, into.length - at));
            stream.copyToHost(piece, address + (long) at * Float.BYTES);
            stream.synchronize();
            MemorySegment.copy(piece, ValueLayout.JAVA_FLOAT, 0, into, at, elements(piece));
        }
    }

    private MemorySegment piece(int elements) {
        if (pinned == null) {
            pinned = device.allocateHost((long) PIECE * Float.BYTES);
        }
        return pinned.asSlice(0, (long) elements * Float.BYTES);
    }

    private static int elements(MemorySegment piece) {
        return (int) (piece.byteSize() / Float.BYTES);
    }

    private long address(String buffer, long offset, int count) {
        if (offset < 0 || count < 0 || offset + count > count(buffer)) {
            throw new EngineException("persistent buffer '" + buffer + "' has " + count(buffer) + " elements, not "
                    + count + " from " + offset + " on");
        }
        return base + layout.persistentOffsets().get(buffer) + offset * Float.BYTES;
    }

    @Override
    public void close() {
        if (pinned != null) {
            device.freeHost(pinned);
            pinned = null;
        }
    }
}

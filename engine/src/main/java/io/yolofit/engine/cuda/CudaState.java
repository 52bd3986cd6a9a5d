package io.yolofit.engine.cuda;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.State;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.plan.ArenaLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Persistent buffers at the beginning of the arena. Reading and writing wait for the device.
final class CudaState implements State {
    private final Stream stream;
    private ArenaLayout layout;
    private long base;

    CudaState(Stream stream) {
        this.stream = stream;
    }

    void place(ArenaLayout arena, long address) {
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
        if (values.length == 0) {
            return;
        }
        try (Arena memory = Arena.ofConfined()) {
            stream.copyToDevice(address, memory.allocateFrom(ValueLayout.JAVA_FLOAT, values));
            stream.synchronize();
        }
    }

    @Override
    public float[] read(String buffer, long offset, int count) {
        long address = address(buffer, offset, count);
        if (count == 0) {
            return new float[0];
        }
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment host = memory.allocate(ValueLayout.JAVA_FLOAT, count);
            stream.copyToHost(host, address);
            stream.synchronize();
            return host.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private long address(String buffer, long offset, int count) {
        if (offset < 0 || count < 0 || offset + count > count(buffer)) {
            throw new EngineException("persistent buffer '" + buffer + "' has " + count(buffer) + " elements, not "
                    + count + " from " + offset + " on");
        }
        return base + layout.persistentOffsets().get(buffer) + offset * Float.BYTES;
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.State;
import io.yolofit.graph.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;

/// Persistent buffers in native memory, by name.
final class CpuState implements State {
    private static final long ALIGNMENT = 64;

    private final Arena arena;
    private final Map<String, MemorySegment> buffers = new TreeMap<>();

    CpuState(Arena arena) {
        this.arena = arena;
    }

    /// The buffer of a program's input; allocated and zeroed on first use.
    MemorySegment of(Value input) {
        long bytes = input.type().bytes();
        MemorySegment memory = buffers.computeIfAbsent(input.name(), name -> arena.allocate(Math.max(bytes, 1),
                ALIGNMENT));
        if (memory.byteSize() != Math.max(bytes, 1)) {
            throw new EngineException("persistent buffer '" + input.name() + "' has " + memory.byteSize()
                    + " bytes, but this program needs " + bytes + ": programs of one engine must be of one model");
        }
        return memory;
    }

    @Override
    public boolean has(String buffer) {
        return buffers.containsKey(buffer);
    }

    @Override
    public int count(String buffer) {
        return Math.toIntExact(get(buffer).byteSize() / Float.BYTES);
    }

    @Override
    public void write(String buffer, long offset, float[] values) {
        MemorySegment.copy(values, 0, range(buffer, offset, values.length), ValueLayout.JAVA_FLOAT, 0, values.length);
    }

    @Override
    public void read(String buffer, long offset, float[] into) {
        MemorySegment.copy(range(buffer, offset, into.length), ValueLayout.JAVA_FLOAT, 0, into, 0, into.length);
    }

    private MemorySegment range(String buffer, long offset, int count) {
        MemorySegment memory = get(buffer);
        if (offset < 0 || count < 0 || offset + count > count(buffer)) {
            throw new EngineException("persistent buffer '" + buffer + "' has " + count(buffer) + " elements, not "
                    + count + " from " + offset + " on");
        }
        return memory.asSlice(offset * Float.BYTES, (long) count * Float.BYTES);
    }

    private MemorySegment get(String buffer) {
        MemorySegment memory = buffers.get(buffer);
        if (memory == null) {
            throw new EngineException("there is no persistent buffer '" + buffer + "'; there are " + buffers.keySet());
        }
        return memory;
    }
}

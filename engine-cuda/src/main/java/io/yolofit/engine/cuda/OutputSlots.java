package io.yolofit.engine.cuda;

import io.yolofit.engine.Executable.Fetch;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies an output to the host asynchronously. Two pinned buffers take turns (double buffering); an event for each
/// marks the end of its copy.
final class OutputSlots implements AutoCloseable {
    private static final int SLOTS = 2;

    private final Device device;
    private final Value value;
    private final long address;
    private final MemorySegment[] pinned = new MemorySegment[SLOTS];
    private final Event[] arrived = new Event[SLOTS];
    private int next;

    OutputSlots(Device device, Value value, long address) {
        this.device = device;
        this.value = value;
        this.address = address;
        for (int i = 0; i < SLOTS; i++) {
            pinned[i] = device.allocateHost(Math.max(1, value.type().bytes()));
            arrived[i] = device.event();
        }
    }

    Fetch fetch(Stream stream) {
        int slot = next;
        next = (next + 1) % SLOTS;
        MemorySegment host = pinned[slot].asSlice(0, value.type().bytes());
        stream.copyToHost(host, address);
        arrived[slot].record(stream);
        return () -> {
            arrived[slot].synchronize();
            return floats(host);
        };
    }

    private float[] floats(MemorySegment host) {
        int count = Math.toIntExact(value.shape().count());
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = switch (value.dtype()) {
                case F32 -> host.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                case F16 -> Float.float16ToFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i));
                case BF16 -> Float.intBitsToFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i) << Short.SIZE);
                case U8 -> Byte.toUnsignedInt(host.get(ValueLayout.JAVA_BYTE, i));
                case I32 -> host.getAtIndex(ValueLayout.JAVA_INT, i);
            };
        }
        return floats;
    }

    @Override
    public void close() {
        for (int i = 0; i < SLOTS; i++) {
            arrived[i].synchronize();
            arrived[i].close();
            device.freeHost(pinned[i]);
        }
    }
}

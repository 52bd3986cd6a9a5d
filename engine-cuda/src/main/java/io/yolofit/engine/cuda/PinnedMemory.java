package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/// Page-locked host memory that callers of the engine write their inputs to.
final class PinnedMemory implements AutoCloseable {
    private final Device device;
    private final Map<Long, MemorySegment> segments = new TreeMap<>();

    PinnedMemory(Device device) {
        this.device = device;
    }

    MemorySegment allocate(long bytes) {
        MemorySegment segment = device.allocateHost(bytes);
        segments.put(segment.address(), segment);
        return segment;
    }

    boolean holds(MemorySegment data) {
        return data.isNative() && segments.values().stream().anyMatch(segment -> data.address() >= segment.address()
                && data.address() + data.byteSize() <= segment.address() + segment.byteSize());
    }

    @Override
    public void close() {
        segments.values().forEach(device::freeHost);
    }
}

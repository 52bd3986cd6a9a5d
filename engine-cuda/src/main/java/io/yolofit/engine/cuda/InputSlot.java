package io.yolofit.engine.cuda;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.lang.foreign.MemorySegment;

/// An input of a program, with its address in the staging area and the address at which the step reads it. Data in
/// pageable memory is first copied into a pinned buffer of this slot, which keeps it for later steps. There are two
/// such buffers (double buffering), so that a write does not wait for the copy of the previous step.
final class InputSlot implements AutoCloseable {
    private static final int BUFFERS = 2;

    private final Device device;
    private final Value value;
    private final long staged;
    private final long target;
    private final MemorySegment[] pinned = new MemorySegment[BUFFERS];
    private final Event[] copied = new Event[BUFFERS];
    private int next;
    private MemorySegment latest = MemorySegment.NULL;
    private boolean retained = true;

    /// @param staged address in the staging area
    /// @param target address at which the program reads the input
    InputSlot(Device device, Value value, long staged, long target) {
        this.device = device;
        this.value = value;
        this.staged = staged;
        this.target = target;
    }

    TensorType type() {
        return value.type();
    }

    /// @param direct whether the data is in pinned memory of the caller
    void write(Staging staging, Object program, boolean direct, MemorySegment data) {
        retained = !direct;
        if (direct) {
            latest = data;
            staging.put(program, staged, latest);
            return;
        }
        int buffer = next;
        next = (next + 1) % BUFFERS;
        if (pinned[buffer] == null) {
            pinned[buffer] = device.allocateHost(Math.max(1, type().bytes()));
            copied[buffer] = device.event();
        }
        copied[buffer].synchronize();
        latest = pinned[buffer].asSlice(0, data.byteSize()).copyFrom(data);
        staging.put(program, staged, latest);
        staging.mark(copied[buffer]);
    }

    /// Copies the data of the last write to the staging area again.
    void restage(Staging staging, Object program) {
        if (!retained) {
            latest = MemorySegment.NULL; // the caller may have overwritten its memory
        }
        staging.put(program, staged, latest);
        if (retained && latest.byteSize() > 0) {
            staging.mark(copied[(next + BUFFERS - 1) % BUFFERS]);
        }
    }

    /// Copies the input from the staging area to the address at which the step reads it.
    void take(Stream stream) {
        if (latest.byteSize() > 0) {
            stream.copy(target, staged, latest.byteSize());
        } else if (!retained) {
            throw new EngineException("input '" + value.name() + "' was replaced in the staging area by an input of"
                    + " another program: write it again before this run");
        }
    }

    @Override
    public void close() {
        for (int buffer = 0; buffer < BUFFERS; buffer++) {
            if (pinned[buffer] != null) {
                copied[buffer].close();
                device.freeHost(pinned[buffer]);
            }
        }
    }
}

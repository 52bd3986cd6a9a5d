package io.yolofit.engine.cuda;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.lang.foreign.MemorySegment;

/// An input of a program: where it waits for the next step, and where the step reads it. What comes from ordinary
/// memory is first copied into pinned memory of the slot's own, which keeps it for later steps; two pieces take turns,
/// so that nobody waits for the copy of the step before.
final class InputSlot implements AutoCloseable {
    private static final int PIECES = 2;

    private final Device device;
    private final Value value;
    private final long staged;
    private final long place;
    private final MemorySegment[] pinned = new MemorySegment[PIECES];
    private final Event[] copied = new Event[PIECES];
    private int next;
    private MemorySegment latest = MemorySegment.NULL;
    private boolean kept = true;

    /// @param staged address in the staging area
    /// @param place address at which the program reads it
    InputSlot(Device device, Value value, long staged, long place) {
        this.device = device;
        this.value = value;
        this.staged = staged;
        this.place = place;
    }

    TensorType type() {
        return value.type();
    }

    /// @param direct whether the data is in pinned memory of the caller's
    void write(Staging staging, Object program, boolean direct, MemorySegment data) {
        kept = !direct;
        if (direct) {
            latest = data;
            staging.put(program, staged, latest);
            return;
        }
        int piece = next;
        next = (next + 1) % PIECES;
        if (pinned[piece] == null) {
            pinned[piece] = device.allocateHost(Math.max(1, type().bytes()));
            copied[piece] = device.event();
        }
        copied[piece].synchronize();
        latest = pinned[piece].asSlice(0, data.byteSize()).copyFrom(data);
        staging.put(program, staged, latest);
        staging.mark(copied[piece]);
    }

    /// Sends what was written last once more.
    void restage(Staging staging, Object program) {
        if (!kept) {
            latest = MemorySegment.NULL; // the caller's memory may hold something else by now
        }
        staging.put(program, staged, latest);
        if (kept && latest.byteSize() > 0) {
            staging.mark(copied[(next + PIECES - 1) % PIECES]);
        }
    }

    /// Lets the step have it.
    void take(Stream stream) {
        if (latest.byteSize() > 0) {
            stream.copy(place, staged, latest.byteSize());
        } else if (!kept) {
            throw new EngineException("input '" + value.name() + "' was overwritten by another program's and has to be"
                    + " written again");
        }
    }

    @Override
    public void close() {
        for (int piece = 0; piece < PIECES; piece++) {
            if (pinned[piece] != null) {
                copied[piece].close();
                device.freeHost(pinned[piece]);
            }
        }
    }
}

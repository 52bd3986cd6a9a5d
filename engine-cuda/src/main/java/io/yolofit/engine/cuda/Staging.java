package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.MemorySegment;

/// Copies inputs to the arena's staging area on a stream of its own, overlapping the current step; the next step copies
/// them from there. All programs share one area, which records the program whose inputs it holds.
final class Staging implements AutoCloseable {
    private final Stream copies;
    private final Event arrived;
    private final Event consumed;
    private Object owner;

    Staging(Device device) {
        copies = device.stream();
        arrived = device.event();
        consumed = device.event();
    }

    /// Whether the area holds the inputs of this program.
    boolean holds(Object program) {
        return owner == program;
    }

    /// Copies an input to the area after the previous step has read its inputs from there.
    void put(Object program, long address, MemorySegment host) {
        if (host.byteSize() == 0) {
            return;
        }
        owner = program;
        copies.waitFor(consumed);
        copies.copyToDevice(address, host);
        arrived.record(copies);
    }

    /// Records an event after all copies that were enqueued so far.
    void mark(Event event) {
        event.record(copies);
    }

    /// Waits until all inputs have been copied to the area.
    void synchronize() {
        arrived.synchronize();
    }

    /// Makes a step wait for its inputs.
    void awaitBy(Stream step) {
        step.waitFor(arrived);
    }

    /// Records the point in the step after which the area may be overwritten.
    void consumedBy(Stream step) {
        consumed.record(step);
    }

    @Override
    public void close() {
        copies.synchronize();
        arrived.close();
        consumed.close();
        copies.close();
    }
}

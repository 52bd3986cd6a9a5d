package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.MemorySegment;

/// The way of inputs to the device: a stream of its own brings them to the arena's staging area while a step runs, and
/// the next step takes them from there. One area serves all programs; it knows whose inputs it holds.
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

    /// Whether the area still holds what this program wrote.
    boolean holds(Object program) {
        return owner == program;
    }

    /// Copies an input, as soon as the step before has taken its own.
    void put(Object program, long address, MemorySegment host) {
        if (host.byteSize() == 0) {
            return;
        }
        owner = program;
        copies.waitFor(consumed);
        copies.copyToDevice(address, host);
        arrived.record(copies);
    }

    /// Lets an event happen when everything has been copied that was put so far.
    void mark(Event event) {
        event.record(copies);
    }

    /// Waits until all inputs have been copied.
    void synchronize() {
        arrived.synchronize();
    }

    /// Lets a step begin when its inputs are there.
    void awaitBy(Stream step) {
        step.waitFor(arrived);
    }

    /// Says that the step has taken them when it gets there.
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

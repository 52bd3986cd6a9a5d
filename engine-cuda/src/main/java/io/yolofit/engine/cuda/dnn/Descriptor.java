package io.yolofit.engine.cuda.dnn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A descriptor of cuDNN's backend API. It is created, gets its attributes, is finalized, and then used. The numbers of
/// types and attributes are those of the header `cudnn_graph.h`, version 9.
final class Descriptor implements AutoCloseable {
    static final int CONVOLUTION = 1;
    static final int ENGINE = 2;
    static final int ENGINE_CONFIG = 3;
    static final int HEURISTICS = 4;
    static final int EXECUTION_PLAN = 5;
    static final int OPERATION_FORWARD = 10;
    static final int OPERATION_BACKWARD_FILTER = 11;
    static final int OPERATION_BACKWARD_DATA = 12;
    static final int OPERATION_GRAPH = 15;
    static final int VARIANT_PACK = 16;
    static final int TENSOR = 17;

    private static final int TYPE_HANDLE = 0;
    private static final int TYPE_DATA_TYPE = 1;
    private static final int TYPE_INT64 = 3;
    private static final int TYPE_FLOAT = 4;
    private static final int TYPE_POINTER = 6;
    private static final int TYPE_CONVOLUTION_MODE = 7;
    private static final int TYPE_HEURISTIC_MODE = 8;
    private static final int TYPE_NUMERICAL_NOTE = 11;
    private static final int TYPE_DESCRIPTOR = 15;
    private static final int MOST_NOTES = 16;

    private final Cudnn cudnn;
    private final MemorySegment handle;

    Descriptor(Cudnn cudnn, MemorySegment handle) {
        this.cudnn = cudnn;
        this.handle = handle;
    }

    MemorySegment handle() {
        return handle;
    }

    Descriptor handleOf(Attribute attribute, Cudnn value) {
        return set(attribute, TYPE_HANDLE, arena -> arena.allocateFrom(ADDRESS, value.handle()), 1);
    }

    Descriptor dataType(Attribute attribute, int value) {
        return set(attribute, TYPE_DATA_TYPE, arena -> arena.allocateFrom(JAVA_INT, value), 1);
    }

    Descriptor convolutionMode(Attribute attribute, int value) {
        return set(attribute, TYPE_CONVOLUTION_MODE, arena -> arena.allocateFrom(JAVA_INT, value), 1);
    }

    Descriptor heuristicMode(Attribute attribute, int value) {
        return set(attribute, TYPE_HEURISTIC_MODE, arena -> arena.allocateFrom(JAVA_INT, value), 1);
    }

    Descriptor numbers(Attribute attribute, long... values) {
        return set(attribute, TYPE_INT64, arena -> arena.allocateFrom(JAVA_LONG, values), values.length);
    }

    Descriptor number(Attribute attribute, float value) {
        return set(attribute, TYPE_FLOAT, arena -> arena.allocateFrom(JAVA_FLOAT, value), 1);
    }

    /// Device addresses.
    Descriptor pointers(Attribute attribute, long... values) {
        return set(attribute, TYPE_POINTER, arena -> arena.allocateFrom(JAVA_LONG, values), values.length);
    }

    Descriptor descriptor(Attribute attribute, Descriptor value) {
        return set(attribute, TYPE_DESCRIPTOR, arena -> arena.allocateFrom(ADDRESS, value.handle), 1);
    }

    /// Allocates and fills the memory of an attribute's values.
    private interface Values {
        MemorySegment in(Arena arena);
    }

    private Descriptor set(Attribute attribute, int type, Values values, long count) {
        try (Arena arena = Arena.ofConfined()) {
            cudnn.set(handle, attribute, type, count, values.in(arena));
            return this;
        }
    }

    Descriptor complete() {
        cudnn.complete(handle);
        return this;
    }

    /// Finalizes the descriptor; returns cuDNN's error if it cannot be finalized.
    Optional<String> refusal() {
        return cudnn.refusal(handle);
    }

    long number(Attribute attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            cudnn.get(handle, attribute, TYPE_INT64, 1, value);
            return value.get(JAVA_LONG, 0);
        }
    }

    /// Numerical notes of an engine as a bit set.
    int notes(Attribute attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(JAVA_INT, MOST_NOTES);
            long count = cudnn.get(handle, attribute, TYPE_NUMERICAL_NOTE, MOST_NOTES, values);
            int bits = 0;
            for (int i = 0; i < Math.min(count, MOST_NOTES); i++) {
                bits |= 1 << values.getAtIndex(JAVA_INT, i);
            }
            return bits;
        }
    }

    /// Number of descriptors of an attribute.
    long count(Attribute attribute) {
        return cudnn.get(handle, attribute, TYPE_DESCRIPTOR, 0, MemorySegment.NULL);
    }

    /// Copies the descriptors of an attribute into descriptors that were created empty; returns how many were copied.
    long read(Attribute attribute, Descriptor... into) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handles = arena.allocate(ADDRESS, into.length);
            for (int i = 0; i < into.length; i++) {
                handles.setAtIndex(ADDRESS, i, into[i].handle);
            }
            return cudnn.get(handle, attribute, TYPE_DESCRIPTOR, into.length, handles);
        }
    }

    @Override
    public void close() {
        cudnn.destroy(handle);
    }
}

package io.yolofit.engine.comm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Sums of fp32 vectors in host memory, in the order of their list.
final class FloatSums {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private FloatSums() {}

    /// Writes the sum of the elements `from .. to - 1` into every vector.
    static void replace(List<MemorySegment> vectors, long from, long to) {
        for (long i = from; i < to; i++) {
            float sum = vectors.getFirst().getAtIndex(FLOAT, i);
            for (int rank = 1; rank < vectors.size(); rank++) {
                sum += vectors.get(rank).getAtIndex(FLOAT, i);
            }
            for (MemorySegment vector : vectors) {
                vector.setAtIndex(FLOAT, i, sum);
            }
        }
    }

    /// Writes the sum of vectors into another one.
    static void sum(MemorySegment into, List<MemorySegment> vectors, long count) {
        for (long i = 0; i < count; i++) {
            float sum = vectors.getFirst().getAtIndex(FLOAT, i);
            for (int rank = 1; rank < vectors.size(); rank++) {
                sum += vectors.get(rank).getAtIndex(FLOAT, i);
            }
            into.setAtIndex(FLOAT, i, sum);
        }
    }

    /// `into += other`
    static void add(MemorySegment into, MemorySegment other, long count) {
        for (long i = 0; i < count; i++) {
            into.setAtIndex(FLOAT, i, into.getAtIndex(FLOAT, i) + other.getAtIndex(FLOAT, i));
        }
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;

/// Sizes of a value, computed once: memory planning reads them many times.
///
/// @param bytes    when packed
/// @param aligned  bytes rounded up to the arena's alignment
/// @param channels of a pixel; 1 for a scalar
/// @param count    elements
record ValueFacts(DType dtype, long bytes, long aligned, long channels, long count) {
    static ValueFacts of(TensorType type) {
        Shape shape = type.shape();
        return new ValueFacts(type.dtype(), type.bytes(), ArenaPacker.align(type.bytes()),
                shape.rank() == 0 ? 1 : shape.channels(), shape.count());
    }

    int width() {
        return dtype.bytes();
    }
}

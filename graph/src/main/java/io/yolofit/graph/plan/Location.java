package io.yolofit.graph.plan;

import io.yolofit.graph.Value;

/// Location of a value in the buffer of its root. A value is packed if its pitch equals its number of channels.
///
/// @param root the value that owns the buffer
/// @param offset bytes from the start of the buffer
/// @param pitch elements from one pixel to the next
public record Location(Value root, long offset, long pitch) {
    boolean packs(Value value) {
        return pitch == value.shape().channels();
    }
}

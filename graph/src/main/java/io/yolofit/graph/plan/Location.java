package io.yolofit.graph.plan;

import io.yolofit.graph.Value;

/// Location of a value in the buffer of its root. A value is packed if its pitch equals its number of channels.
///
/// @param root the value that owns the buffer
/// @param offset bytes from the start of the buffer
/// @param pitch elements from one pixel to the next
public record Location(Value root, long offset, long pitch) {
    /// Whether values at two locations overlap. Channel ranges of equal pitch are compared within a pixel; all other
    /// values by their whole extent.
    static boolean overlap(Value left, Location at, Value right, Location there) {
        if (at.root != there.root) {
            return false;
        }
        long leftEnd = at.offset + extent(left, at);
        long rightEnd = there.offset + extent(right, there);
        if (leftEnd <= there.offset || rightEnd <= at.offset) {
            return false;
        }
        if (at.pitch == there.pitch && left.dtype() == right.dtype()) {
            long row = at.pitch * left.dtype().bytes();
            long leftStart = at.offset % row;
            long rightStart = there.offset % row;
            long leftBytes = left.shape().channels() * left.dtype().bytes();
            long rightBytes = right.shape().channels() * right.dtype().bytes();
            return leftStart < rightStart + rightBytes && rightStart < leftStart + leftBytes;
        }
        return true;
    }

    /// Bytes from a value's first element to the end of its last one.
    static long extent(Value value, Location at) {
        if (value.shape().count() == 0) {
            return 0;
        }
        long rows = value.shape().count() / value.shape().channels();
        return ((rows - 1) * at.pitch + value.shape().channels()) * value.dtype().bytes();
    }

    boolean packs(Value value) {
        return pitch == value.shape().channels();
    }
}

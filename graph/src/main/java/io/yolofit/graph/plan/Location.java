package io.yolofit.graph.plan;

import io.yolofit.graph.Value;

/// Where a value lies: in the buffer of its root, from a byte on, with so many elements between the beginnings of two
/// neighboring rows of channels. A value is packed if its pitch is its number of channels.
///
/// @param root the value whose buffer it is
/// @param offset bytes from the buffer's beginning
/// @param pitch elements from one pixel to the next
public record Location(Value root, long offset, long pitch) {
    /// Whether values at two locations have a byte in common. Ranges of channels at the same pitch lie side by side in
    /// every row; everything else is compared by its whole extent.
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

    /// Bytes from a value's first element to behind its last one.
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

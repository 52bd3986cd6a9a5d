package io.yolofit.engine.cuda.kernel.binding;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;

/// A tensor in device memory, an operand or a result of a node.
///
/// @param address of the first element
/// @param pitch elements from the start of one row of channels to the start of the next
public record DeviceTensor(long address, TensorType type, long pitch) {
    /// Bytes of the widest access of a thread.
    public static final int ACCESS_BYTES = 16;

    public DType dtype() {
        return type.dtype();
    }

    public long dim(int axis) {
        return type.shape().dim(axis);
    }

    public long count() {
        return type.shape().count();
    }

    public long channels() {
        return type.shape().channels();
    }

    /// Rows of channels: the pixels of all images.
    public long rows() {
        return count() / channels();
    }

    public boolean packed() {
        return pitch == channels();
    }

    /// Whether the address, the channels and the pitch allow vectorized 16-byte accesses.
    public boolean vectorized() {
        long lanes = ACCESS_BYTES / type.dtype().bytes();
        return address % ACCESS_BYTES == 0 && channels() % lanes == 0 && pitch % lanes == 0;
    }
}

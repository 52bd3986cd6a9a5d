package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;

/// An operand of a node on the device.
///
/// @param address of the first element
/// @param pitch elements from the beginning of one row of channels to that of the next
record DeviceTensor(long address, TensorType type, long pitch) {
    DType dtype() {
        return type.dtype();
    }

    long dim(int axis) {
        return type.shape().dim(axis);
    }

    long count() {
        return type.shape().count();
    }

    long channels() {
        return type.shape().channels();
    }

    /// Pixels of all images: rows of channels.
    long rows() {
        return count() / channels();
    }

    boolean packed() {
        return pitch == channels();
    }

    /// Whether rows can be read 16 bytes at a time.
    boolean vectorized() {
        long lanes = ElementwiseTiling.ACCESS_BYTES / type.dtype().bytes();
        return address % ElementwiseTiling.ACCESS_BYTES == 0 && channels() % lanes == 0 && pitch % lanes == 0;
    }
}

package io.yolofit.engine.cuda.kernel.binding;

import io.yolofit.engine.cuda.driver.Stream;

/// The kernels of a node with their addresses, which can be enqueued any number of times. They are enqueued during
/// graph capture and must neither synchronize nor allocate.
@FunctionalInterface
public interface CudaKernel {
    /// No work: a view, or parts that were written in place.
    CudaKernel NOTHING = stream -> { };

    void enqueue(Stream stream);

    /// This kernel, then another on the same stream.
    default CudaKernel then(CudaKernel next) {
        return stream -> {
            enqueue(stream);
            next.enqueue(stream);
        };
    }
}

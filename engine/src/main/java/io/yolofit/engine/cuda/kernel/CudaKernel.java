package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Stream;

/// A node bound to its addresses: puts its work on a stream, and can do so again and again. Called while a graph is
/// captured, so that it may neither wait nor allocate.
@FunctionalInterface
public interface CudaKernel {
    /// A node that has nothing to do: a view, or parts that were written in place.
    CudaKernel NOTHING = stream -> { };

    void enqueue(Stream stream);

    /// One after the other.
    default CudaKernel then(CudaKernel next) {
        return stream -> {
            enqueue(stream);
            next.enqueue(stream);
        };
    }
}

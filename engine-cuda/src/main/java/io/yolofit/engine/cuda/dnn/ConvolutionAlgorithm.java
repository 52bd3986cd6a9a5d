package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.Stream;
import java.util.List;

/// One way to compute a convolution problem: a kernel with its launch parameters, without addresses.
public interface ConvolutionAlgorithm extends AutoCloseable {
    ConvolutionProblem problem();

    /// Identifies the algorithm among those of its problem in the tuning cache: stable between runs on the same kind of
    /// device, without whitespace.
    String name();

    /// The algorithm with addresses, which can be enqueued any number of times.
    Bound bind(long x, long w, long y, long workspace);

    @Override
    void close();

    /// An algorithm and its addresses.
    interface Bound extends AutoCloseable {
        void enqueue(Stream stream);

        @Override
        void close();
    }

    /// Provides algorithms other than cuDNN's.
    @FunctionalInterface
    interface Source {
        /// Algorithms of a problem, the one expected to be fastest first; empty if there is no kernel for it.
        List<ConvolutionAlgorithm> algorithms(ConvolutionProblem problem);
    }
}

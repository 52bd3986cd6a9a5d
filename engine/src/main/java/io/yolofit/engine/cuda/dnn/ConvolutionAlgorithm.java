package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.Stream;
import java.util.List;

/// A convolution with its kernel chosen, ready for addresses.
public interface ConvolutionAlgorithm extends AutoCloseable {
    ConvolutionProblem problem();

    /// Tells a problem's plans apart, the same in every run on such a device; without blanks.
    String choice();

    /// The plan with addresses, which can be run again and again.
    Bound bind(long x, long w, long y, long workspace);

    @Override
    void close();

    /// A plan and its addresses.
    interface Bound extends AutoCloseable {
        void enqueue(Stream stream);

        @Override
        void close();
    }

    /// Kernels beside cuDNN's.
    @FunctionalInterface
    interface Source {
        /// Plans for a problem, best guess first; none if there is no kernel for it.
        List<ConvolutionAlgorithm> plans(ConvolutionProblem problem);
    }
}

package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.Stream;

/// A convolution by one of cuDNN's engines.
///
/// @param plan finished, and closed with this
/// @param rank place among the heuristics' proposals
record CudnnAlgorithm(Cudnn cudnn, ConvolutionProblem problem, Descriptor plan,
        int rank) implements ConvolutionAlgorithm {
    @Override
    public String choice() {
        return String.valueOf(rank);
    }

    @Override
    public Bound bind(long x, long w, long y, long workspace) {
        return new Pack(cudnn.descriptor(Descriptor.VARIANT_PACK)
                .numbers(1000, ConvolutionGraph.X, ConvolutionGraph.W, ConvolutionGraph.Y).pointers(1001, x, w, y)
                .pointers(1003, workspace).complete());
    }

    private final class Pack implements Bound {
        private final Descriptor pack;

        private Pack(Descriptor pack) {
            this.pack = pack;
        }

        @Override
        public void enqueue(Stream stream) {
            cudnn.execute(stream, plan.handle(), pack.handle());
        }

        @Override
        public void close() {
            pack.close();
        }
    }

    @Override
    public void close() {
        plan.close();
    }
}

package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.Stream;

/// A convolution algorithm of cuDNN.
///
/// @param executionPlan finalized; closed with this object
/// @param rank index among the configurations of the heuristics
record CudnnAlgorithm(Cudnn cudnn, ConvolutionProblem problem, Descriptor executionPlan,
        int rank) implements ConvolutionAlgorithm {
    @Override
    public String name() {
        return String.valueOf(rank);
    }

    @Override
    public Bound bind(long x, long w, long y, long workspace) {
        return new Pack(cudnn.descriptor(Descriptor.VARIANT_PACK)
                .numbers(Attribute.VARIANT_PACK_UNIQUE_IDS, ConvolutionGraph.X, ConvolutionGraph.W, ConvolutionGraph.Y)
                .pointers(Attribute.VARIANT_PACK_DATA_POINTERS, x, w, y)
                .pointers(Attribute.VARIANT_PACK_WORKSPACE, workspace).complete());
    }

    private final class Pack implements Bound {
        private final Descriptor pack;

        private Pack(Descriptor pack) {
            this.pack = pack;
        }

        @Override
        public void enqueue(Stream stream) {
            cudnn.execute(stream, executionPlan.handle(), pack.handle());
        }

        @Override
        public void close() {
            pack.close();
        }
    }

    @Override
    public void close() {
        executionPlan.close();
    }
}

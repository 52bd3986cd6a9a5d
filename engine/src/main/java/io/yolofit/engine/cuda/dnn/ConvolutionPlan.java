package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.Stream;

/// A convolution with its engine chosen, ready for addresses.
public final class ConvolutionPlan implements AutoCloseable {
    private final Cudnn cudnn;
    private final ConvolutionProblem problem;
    private final Descriptor plan;
    private final int rank;
    private final long workspaceBytes;

    ConvolutionPlan(Cudnn cudnn, ConvolutionProblem problem, Descriptor plan, int rank, long workspaceBytes) {
        this.cudnn = cudnn;
        this.problem = problem;
        this.plan = plan;
        this.rank = rank;
        this.workspaceBytes = workspaceBytes;
    }

    public ConvolutionProblem problem() {
        return problem;
    }

    /// Place among the problem's plans, in the heuristics' order.
    int rank() {
        return rank;
    }

    public long workspaceBytes() {
        return workspaceBytes;
    }

    /// The plan with addresses, which can be run again and again.
    public Bound bind(long x, long w, long y, long workspace) {
        Descriptor pack = cudnn.descriptor(Descriptor.VARIANT_PACK)
                .numbers(1000, ConvolutionGraph.X, ConvolutionGraph.W, ConvolutionGraph.Y).pointers(1001, x, w, y)
                .pointers(1003, workspace).complete();
        return new Bound(pack);
    }

    /// A plan and its addresses.
    public final class Bound implements AutoCloseable {
        private final Descriptor pack;

        private Bound(Descriptor pack) {
            this.pack = pack;
        }

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

package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.CudaKernel;

/// Forks kernels to a side stream during graph capture. A kernel on the side stream starts when all earlier work of the
/// main stream has finished, and overlaps later nodes of the main stream up to the node that the memory plan allows.
final class SideStream implements AutoCloseable {
    private static final int IDLE = Integer.MAX_VALUE;

    private final Stream main;
    private final Stream side;
    private final Event fork;
    private final Event join;
    private int until = IDLE;

    SideStream(Device device, Stream main, Stream side) {
        this.main = main;
        this.side = side;
        fork = device.event();
        join = device.event();
    }

    /// @param lastOverlapped the last node of the main stream that may overlap the kernel
    void run(CudaKernel kernel, int lastOverlapped) {
        fork.record(main);
        side.waitFor(fork);
        kernel.enqueue(side);
        join.record(side);
        until = lastOverlapped;
    }

    /// Makes the main stream wait for the side stream if its kernel must not overlap this node.
    void joinBefore(int node) {
        if (until != IDLE && node > until) {
            main.waitFor(join);
            until = IDLE;
        }
    }

    @Override
    public void close() {
        fork.close();
        join.close();
    }
}

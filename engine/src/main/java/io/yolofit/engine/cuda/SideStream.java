package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.CudaKernel;

/// Work beside the main stream while a graph is captured: begins when everything before it is done, and is waited for
/// when the memory plan says so.
final class SideStream implements AutoCloseable {
    private static final int NOTHING_RUNS = Integer.MAX_VALUE;

    private final Stream main;
    private final Stream side;
    private final Event fork;
    private final Event join;
    private int until = NOTHING_RUNS;

    SideStream(Device device, Stream main, Stream side) {
        this.main = main;
        this.side = side;
        fork = device.event();
        join = device.event();
    }

    /// @param lastOnSide the last node that may run beside it
    void run(CudaKernel kernel, int lastOnSide) {
        fork.record(main);
        side.waitFor(fork);
        kernel.enqueue(side);
        join.record(side);
        until = lastOnSide;
    }

    /// Lets the main stream wait for what must not run beside this node.
    void joinBefore(int node) {
        if (until != NOTHING_RUNS && node > until) {
            main.waitFor(join);
            until = NOTHING_RUNS;
        }
    }

    @Override
    public void close() {
        fork.close();
        join.close();
    }
}

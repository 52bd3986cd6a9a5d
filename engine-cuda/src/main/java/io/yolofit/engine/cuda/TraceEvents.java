package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.graph.Node;
import io.yolofit.graph.plan.Lane;

/// Sees a program while it is captured, and may record events in its graph. This one records nothing.
class TraceEvents {
    static final TraceEvents NONE = new TraceEvents();

    void start(Stream main) {
        // no event
    }

    void end(Stream main) {
        // no event
    }

    /// A kernel, perhaps between two events.
    CudaKernel timed(Node node, Lane lane, CudaKernel kernel) {
        return kernel;
    }

    /// Joins a node of a lane, perhaps between two events of the main stream.
    void join(Lanes lanes, int node, Lane lane, Stream main) {
        lanes.join(node);
    }
}

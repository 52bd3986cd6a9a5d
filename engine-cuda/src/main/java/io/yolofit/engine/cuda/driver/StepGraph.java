package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A captured CUDA graph of a step: one call of the driver launches all its kernels.
public final class StepGraph implements AutoCloseable {
    /// Instantiation flag: kernels keep the priority of the stream on which they were captured.
    private static final long NODE_PRIORITIES = 8;

    private final Driver driver;
    private final long executable;
    private final long nodes;

    private StepGraph(Driver driver, long executable, long nodes) {
        this.driver = driver;
        this.executable = executable;
        this.nodes = nodes;
    }

    static StepGraph capturedOn(Driver driver, long stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            driver.call("cuStreamEndCapture", stream, result);
            long graph = result.get(JAVA_LONG, 0);
            try {
                MemorySegment count = arena.allocate(JAVA_LONG);
                driver.call("cuGraphGetNodes", graph, MemorySegment.NULL, count);
                driver.call("cuGraphInstantiateWithFlags", result, graph, NODE_PRIORITIES);
                long executable = result.get(JAVA_LONG, 0);
                driver.call("cuGraphUpload", executable, stream); // allocates now instead of at the first launch
                return new StepGraph(driver, executable, count.get(JAVA_LONG, 0));
            } finally {
                driver.call("cuGraphDestroy", graph);
            }
        }
    }

    /// Number of kernels and copies in the graph.
    public long nodes() {
        return nodes;
    }

    public void launch(Stream stream) {
        driver.call("cuGraphLaunch", executable, stream.handle());
    }

    @Override
    public void close() {
        driver.call("cuGraphExecDestroy", executable);
    }
}

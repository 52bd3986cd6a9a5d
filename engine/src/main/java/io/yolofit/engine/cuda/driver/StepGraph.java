package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// All kernels of a step as one CUDA graph: one call of the driver launches them.
public final class StepGraph implements AutoCloseable {
    /// Kernels keep the priority of the stream that they were captured on.
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
                driver.call("cuGraphUpload", executable, stream); // takes its memory now, not when it is first launched
                return new StepGraph(driver, executable, count.get(JAVA_LONG, 0));
            } finally {
                driver.call("cuGraphDestroy", graph);
            }
        }
    }

    /// Kernels and copies of the graph.
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

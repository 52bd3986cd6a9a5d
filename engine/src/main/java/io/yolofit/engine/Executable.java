package io.yolofit.engine;

import io.yolofit.graph.Node;
import java.lang.foreign.MemorySegment;

/// A compiled program. Inputs keep what was last written to them; outputs are valid until the next run.
public interface Executable extends AutoCloseable {
    /// Copies an input that is not persistent: `images`, `targets`, `offsets`, `scalars`.
    ///
    /// @param data packed, in the input's type and shape; it may be shorter than the input, whose rest keeps its
    /// contents
    void write(String input, MemorySegment data);

    /// Runs all nodes once.
    ///
    /// @throws EngineException naming the op, its operands and the reason
    void run();

    /// Runs all nodes once and tells how long each took; slower than [#run()], as every node is waited for.
    void profile(NodeTimes times);

    /// Is told of each node in running order.
    @FunctionalInterface
    interface NodeTimes {
        void took(Node node, long nanoseconds);
    }

    /// Copies an output, converted to fp32, in its packed order.
    float[] read(String output);

    default void write(String input, float[] values) {
        write(input, MemorySegment.ofArray(values));
    }

    default void write(String input, int[] values) {
        write(input, MemorySegment.ofArray(values));
    }

    @Override
    void close();
}

package io.yolofit.engine;

import io.yolofit.graph.Node;
import java.lang.foreign.MemorySegment;

/// A compiled program. Inputs keep what was last written to them; outputs are valid until the next run.
public interface Executable extends AutoCloseable {
    /// Copies an input that is not persistent: `images`, `targets`, `offsets`, `scalars`.
    ///
    /// @param data packed, in the input's type and shape; it may be shorter than the input, whose rest is then
    /// unspecified. It has been read when the call returns, unless it is of [Engine#hostMemory(long)]: then it must
    /// keep its contents until [#written()] has returned
    void write(String input, MemorySegment data);

    /// Waits until what was written last has been copied.
    void written();

    /// Runs all nodes once. May return before they are done: errors of the device then come with the next call.
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

    /// Copies an output, converted to fp32, in its packed order; waits until the program is done.
    float[] read(String output);

    /// Asks for an output of the latest run without waiting for it: the numbers are those of that run, whatever runs
    /// afterwards. At most two may be outstanding for each output.
    Fetch fetch(String output);

    /// Numbers on their way from the device.
    @FunctionalInterface
    interface Fetch {
        /// The output as [#read(String)] gives it; waits for the run that makes it, and for no later one.
        float[] get();
    }

    default void write(String input, float[] values) {
        write(input, MemorySegment.ofArray(values));
    }

    default void write(String input, int[] values) {
        write(input, MemorySegment.ofArray(values));
    }

    @Override
    void close();
}

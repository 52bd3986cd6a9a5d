package io.yolofit.engine;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.plan.Lane;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A compiled program. Inputs keep the values of the last write; outputs are valid until the next run.
public interface Executable extends AutoCloseable {
    /// Copies an input that is not persistent: `images`, `targets`, `offsets`, `scalars`.
    ///
    /// @param data packed elements in the input's type and shape. It may be shorter than the input; the remaining
    /// elements are then unspecified. Memory of [Engine#hostMemory(long)] is copied asynchronously and must not change
    /// until [#written()] has returned; other memory may be reused when this call returns
    void write(String input, MemorySegment data);

    /// Waits until the copies of all earlier writes are complete.
    void written();

    /// Runs all nodes once. May return before they have finished; a device error is then thrown by a later call.
    ///
    /// @throws EngineException naming the op, its operands and the reason
    void run();

    /// Runs all nodes once and reports the time of each. Slower than [#run()], because nodes do not overlap.
    void profile(NodeTimes times);

    /// Runs all nodes, at least once, and reports when the sums over ranks took place; called by all ranks. Without
    /// lanes every sum is exposed.
    default LinkTrace trace() {
        List<LinkTrace.Sum> sums = new ArrayList<>();
        double[] now = new double[1];
        profile((node, nanoseconds) -> {
            double start = now[0];
            now[0] += nanoseconds / 1e6;
            if (node.op() instanceof AllReduce) {
                var took = new LinkTrace.Interval(start, now[0]);
                sums.add(new LinkTrace.Sum(node, Lane.MAIN, took, took.length()));
            }
        });
        return new LinkTrace(now[0], sums);
    }

    /// Receives the time of each node, in execution order.
    @FunctionalInterface
    interface NodeTimes {
        void took(Node node, long nanoseconds);
    }

    /// Copies an output to the host: packed, converted to fp32. Waits until the program has finished.
    float[] read(String output);

    /// Starts an asynchronous copy of an output of the latest run. The values are those of that run, even if later runs
    /// overwrite the output on the device. At most two fetches of one output may be outstanding.
    Fetch fetch(String output);

    /// An asynchronous copy of an output to the host.
    @FunctionalInterface
    interface Fetch {
        /// The output in the format of [#read(String)]. Waits for the run that computes it, but for no later run.
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

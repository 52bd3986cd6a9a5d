package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.graph.plan.Lane;
import java.util.EnumMap;
import java.util.Map;

/// Enqueues kernels on the streams of their lanes during graph capture. A kernel of another lane than the main one
/// starts when all earlier work of the main lane has finished, and overlaps later work of the main lane until a join.
final class Lanes implements AutoCloseable {
    private final CudaContext context;
    private final Stream main;
    /// Lanes that the main lane has not joined, and the event after their last kernel.
    private final Map<Lane, Event> forked = new EnumMap<>(Lane.class);
    private final Map<Lane, Event> forks = new EnumMap<>(Lane.class);
    private final Map<Lane, Event> ends = new EnumMap<>(Lane.class);

    Lanes(CudaContext context) {
        this.context = context;
        main = context.streams().main();
    }

    void run(Lane lane, CudaKernel kernel) {
        if (lane == Lane.MAIN || !context.options().sideStream()) {
            kernel.enqueue(main);
            return;
        }
        Stream other = context.streams().of(lane);
        Event fork = forks.computeIfAbsent(lane, one -> context.device().event());
        Event end = ends.computeIfAbsent(lane, one -> context.device().event());
        fork.record(main);
        other.waitFor(fork);
        kernel.enqueue(other);
        end.record(other);
        forked.put(lane, end);
    }

    /// Makes the main lane wait for all work of another one.
    void join(Lane lane) {
        Event end = forked.remove(lane);
        if (end != null) {
            main.waitFor(end);
        }
    }

    @Override
    public void close() {
        forks.values().forEach(Event::close);
        ends.values().forEach(Event::close);
    }
}

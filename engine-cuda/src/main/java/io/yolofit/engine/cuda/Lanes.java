package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.Schedule;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Enqueues kernels on the streams of their lanes during graph capture. A kernel of another lane than the main one
/// starts when all earlier work of the main lane has finished, and overlaps later work of the main lane until a join.
final class Lanes implements AutoCloseable {
    private final CudaContext context;
    private final Stream main;
    /// Nodes that the main lane joins.
    private final Set<Integer> joined = new HashSet<>();
    /// The events after these nodes.
    private final Map<Integer, Event> ends = new HashMap<>();
    private final Map<Lane, Event> forks = new EnumMap<>(Lane.class);
    /// Lanes that wait for all work of the main lane so far.
    private final Set<Lane> current = EnumSet.noneOf(Lane.class);

    Lanes(CudaContext context, Schedule schedule) {
        this.context = context;
        main = context.streams().main();
        schedule.steps().forEach(step -> joined.addAll(step.joins()));
    }

    void run(int node, Lane lane, CudaKernel kernel) {
        if (lane == Lane.MAIN || !context.options().sideStream()) {
            if (kernel != CudaKernel.NOTHING) {
                kernel.enqueue(main);
                current.clear();
            }
            return;
        }
        Stream other = context.streams().of(lane);
        if (current.add(lane)) {
            Event fork = forks.computeIfAbsent(lane, one -> context.device().event());
            fork.record(main);
            other.waitFor(fork);
        }
        kernel.enqueue(other);
        if (joined.contains(node)) {
            Event end = context.device().event();
            ends.put(node, end);
            end.record(other);
        }
    }

    /// Makes the main lane wait for a node of another lane and all earlier ones of that lane.
    void join(int node) {
        Event end = ends.get(node);
        if (end != null) {
            main.waitFor(end);
            current.clear();
        }
    }

    /// Makes the main lane wait for all work of the other lanes.
    void joinAll() {
        forks.forEach((lane, event) -> {
            event.record(context.streams().of(lane));
            main.waitFor(event);
        });
    }

    @Override
    public void close() {
        forks.values().forEach(Event::close);
        ends.values().forEach(Event::close);
    }
}

package io.yolofit.engine.cuda;

import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.plan.Lane;
import java.util.ArrayList;
import java.util.List;

/// Events before and after every sum over ranks, and before and after the main stream waits for sums of another lane.
/// The event before a sum is recorded when its operand is complete: the time of a sum includes waiting for an earlier
/// one of its communicator and for the other ranks.
final class RecordedEvents extends TraceEvents implements AutoCloseable {
    private final Device device;
    private final List<Event> events = new ArrayList<>();
    private final Event start;
    private final Event end;
    private final List<Span> sums = new ArrayList<>();
    private final List<Span> waits = new ArrayList<>();

    /// @param node null for a wait
    private record Span(Node node, Lane lane, Event from, Event to) {
    }

    RecordedEvents(Device device) {
        this.device = device;
        start = event();
        end = event();
    }

    private Event event() {
        events.add(device.event());
        return events.getLast();
    }

    @Override
    void start(Stream main) {
        start.recordInGraph(main);
    }

    @Override
    void end(Stream main) {
        end.recordInGraph(main);
    }

    @Override
    CudaKernel timed(Node node, Lane lane, CudaKernel kernel) {
        if (!(node.op() instanceof AllReduce)) {
            return kernel;
        }
        Span span = new Span(node, lane, event(), event());
        sums.add(span);
        return stream -> {
            span.from.recordInGraph(stream);
            kernel.enqueue(stream);
            span.to.recordInGraph(stream);
        };
    }

    @Override
    void join(Lanes lanes, int node, Lane lane, Stream main) {
        if (lane != Lane.LINKS) {
            lanes.join(node);
            return;
        }
        Span span = new Span(null, lane, event(), event());
        waits.add(span);
        span.from.recordInGraph(main);
        lanes.join(node);
        span.to.recordInGraph(main);
    }

    /// The latest run of the graph, which has finished.
    LinkTrace read() {
        List<LinkTrace.Interval> intervals = waits.stream().map(this::interval).toList();
        return new LinkTrace(end.millisecondsSince(start), sums.stream().map(sum -> {
            LinkTrace.Interval took = interval(sum);
            double exposed = sum.lane == Lane.MAIN ? took.length()
                    : intervals.stream().mapToDouble(took::overlap).sum();
            return new LinkTrace.Sum(sum.node, sum.lane, took, exposed);
        }).toList());
    }

    private LinkTrace.Interval interval(Span span) {
        return new LinkTrace.Interval(span.from.millisecondsSince(start), span.to.millisecondsSince(start));
    }

    @Override
    public void close() {
        events.forEach(Event::close);
    }
}

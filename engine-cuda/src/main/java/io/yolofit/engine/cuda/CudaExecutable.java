package io.yolofit.engine.cuda;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Nvtx;
import io.yolofit.engine.cuda.driver.StepGraph;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program as one captured CUDA graph at fixed addresses of the engine's arena. [#run()] launches the graph and
/// returns without waiting.
final class CudaExecutable implements Executable {
    private static final int TRACED_RUNS = 3;

    private final CudaContext context;
    private final Program program;
    private final Graph graph;
    private final ArenaLayout layout;
    private final Arena memory = Arena.ofShared();
    private final Stream stream;
    private final Staging staging;
    private final List<CudaKernel> kernels = new ArrayList<>();
    private final Map<String, InputSlot> inputs = new LinkedHashMap<>();
    private final Map<String, OutputSlots> outputs = new HashMap<>();
    private final StepGraph step;
    private final Optional<Nvtx> ranges = Nvtx.requested(System.getenv());
    private boolean hasRun;

    CudaExecutable(CudaContext context, Program program) {
        this.context = context;
        this.program = program;
        graph = program.graph();
        layout = context.layout();
        stream = context.streams().main();
        staging = context.staging();
        long at = context.base() + layout.stagingOffset();
        for (Value input : ArenaLayout.staged(program)) {
            inputs.put(input.name(), new InputSlot(context.device(), input, at,
                    context.base() + layout.offset(program, input)));
            at += ArenaPacker.align(input.type().bytes());
        }
        bindKernels();
        step = capture(TraceEvents.NONE);
    }

    private void bindKernels() {
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            try {
                kernels.add(program.assignment().isFree(node) ? CudaKernel.NOTHING
                        : context.kernels().bind(context.kernel(program, i, memory)));
            } catch (RuntimeException e) {
                throw EngineException.in("cuda", node, e);
            }
        }
    }

    private StepGraph capture(TraceEvents events) {
        List<Schedule.Step> steps = program.schedule().steps();
        steps.forEach(step -> context.streams().of(step.lane())); // opened before the capture
        stream.beginCapture();
        events.start(stream);
        int node = 0;
        try (Lanes lanes = new Lanes(context, program.schedule())) {
            for (; node < kernels.size(); node++) {
                Lane lane = steps.get(node).lane();
                steps.get(node).joins().forEach(joined -> events.join(lanes, joined, steps.get(joined).lane(), stream));
                lanes.run(node, lane, events.timed(graph.nodes().get(node), lane, kernels.get(node)));
            }
            lanes.joinAll();
            events.end(stream);
            return stream.endCapture();
        } catch (RuntimeException e) {
            throw EngineException.in("cuda", graph.nodes().get(Math.min(node, kernels.size() - 1)), e);
        }
    }

    @Override
    public void write(String input, MemorySegment data) {
        InputSlot slot = inputs.get(input);
        if (slot == null && graph.hasInput(input)) {
            throw new EngineException("input '" + input
                    + "' keeps its contents between steps: write it through the engine's state");
        }
        if (slot == null) {
            throw new EngineException("the program has no input '" + input + "' to write; it has " + inputs.keySet());
        }
        if (data.byteSize() > slot.type().bytes()) {
            throw new EngineException("input '" + input + "' is " + slot.type() + ", " + slot.type().bytes()
                    + " bytes, but was given " + data.byteSize());
        }
        reclaimStaging();
        slot.write(staging, this, context.pinned().holds(data), data);
    }

    /// Copies this program's inputs to the staging area again if another program has used the area since.
    private void reclaimStaging() {
        if (!staging.holds(this)) {
            inputs.values().forEach(slot -> slot.restage(staging, this));
        }
    }

    @Override
    public void written() {
        staging.synchronize();
    }

    @Override
    public void run() {
        takeInputs();
        ranges.ifPresentOrElse(this::runInRanges, () -> step.launch(stream));
        hasRun = true;
    }

    /// Enqueues the kernels one by one, each node's in a range with its op and name. All are on the main stream, so
    /// that nothing overlaps.
    private void runInRanges(Nvtx nvtx) {
        for (int i = 0; i < kernels.size(); i++) {
            CudaKernel kernel = kernels.get(i);
            Node node = graph.nodes().get(i);
            if (kernel != CudaKernel.NOTHING) {
                nvtx.range(node.op().name() + " " + node.name(), () -> kernel.enqueue(stream));
            }
        }
    }

    private void takeInputs() {
        reclaimStaging();
        staging.awaitBy(stream);
        inputs.values().forEach(slot -> slot.take(stream));
        staging.consumedBy(stream);
    }

    /// Enqueues the kernels one by one, with an event between each two. A pause kernel comes first, so that the host
    /// enqueues ahead of the device and the times contain no launch latency of the host.
    @Override
    public void profile(NodeTimes times) {
        takeInputs();
        List<Event> events = new ArrayList<>();
        try {
            context.pause();
            record(events);
            for (CudaKernel kernel : kernels) {
                kernel.enqueue(stream);
                record(events);
            }
            stream.synchronize();
            for (int i = 0; i < kernels.size(); i++) {
                times.took(graph.nodes().get(i), (long) (events.get(i + 1).millisecondsSince(events.get(i)) * 1e6));
            }
        } finally {
            events.forEach(Event::close);
        }
        hasRun = true;
    }

    /// Captures the program once more, with events around its sums over ranks, and runs it several times in a row, so
    /// that the last run contains no launch latency of the host.
    @Override
    public LinkTrace trace() {
        takeInputs();
        hasRun = true;
        try (RecordedEvents events = new RecordedEvents(context.device()); StepGraph traced = capture(events)) {
            for (int i = 0; i < TRACED_RUNS; i++) {
                traced.launch(stream);
            }
            stream.synchronize();
            return events.read();
        }
    }

    private void record(List<Event> events) {
        Event event = context.device().event();
        events.add(event);
        event.record(stream);
    }

    @Override
    public float[] read(String output) {
        return fetch(output).get();
    }

    @Override
    public Fetch fetch(String output) {
        Value value = graph.output(output);
        if (!hasRun) {
            throw new EngineException("output '" + output + "' is not there yet: run the program first");
        }
        return outputs.computeIfAbsent(output, key -> new OutputSlots(context.device(), value,
                context.base() + layout.offset(program, value))).fetch(stream);
    }

    /// Number of kernels and copies in the captured graph.
    long graphNodes() {
        return step.nodes();
    }

    @Override
    public void close() {
        stream.synchronize();
        staging.synchronize();
        step.close();
        inputs.values().forEach(InputSlot::close);
        outputs.values().forEach(OutputSlots::close);
        memory.close();
    }
}

package io.yolofit.train.program;

import io.yolofit.engine.Executable;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.model.HeadSpec;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs a model's averaged weights on images: normalizations folded, programs compiled by input shape.
public final class InferenceSession implements AutoCloseable {
    private final CompiledModel compiled;
    private final DType precision;
    private final CompileOptions.Gains gains;
    private final long capacity;
    private final Map<InputShape, Program> planned = new HashMap<>();
    private final Map<InputShape, Executable> programs = new HashMap<>();

    private InferenceSession(CompiledModel compiled, DType precision, CompileOptions.Gains gains, long capacity) {
        this.compiled = compiled;
        this.precision = precision;
        this.gains = gains;
        this.capacity = capacity;
    }

    /// For predictions alone.
    public static InferenceSession of(CompiledModel compiled, DType precision) {
        return new InferenceSession(compiled, precision, null, 0);
    }

    /// For predictions and the loss.
    ///
    /// @param capacity most objects in a batch
    public static InferenceSession withLoss(CompiledModel compiled, DType precision, CompileOptions.Gains gains,
            long capacity) {
        return new InferenceSession(compiled, precision, gains, capacity);
    }

    /// For the validation of a run, whose memory is reserved.
    public static InferenceSession ofRun(CompiledModel compiled, CompileOptions plan, MemoryNeed need, long capacity) {
        InferenceSession detector = new InferenceSession(compiled, plan.precision(), plan.gains(), capacity);
        detector.planned.putAll(need.programs(MemoryNeed.Kind.VALIDATION));
        detector.compile(List.copyOf(need.programs(MemoryNeed.Kind.VALIDATION).keySet()));
        return detector;
    }

    /// Reserves the engine's memory for batches of these shapes, and compiles the first of them at once, so that the
    /// average exists and can be written.
    ///
    /// @param shapes all that will come, or the largest of them
    public InferenceSession reserve(List<InputShape> shapes) {
        shapes.forEach(shape -> planned.put(shape, plan(shape)));
        compiled.engine().reserve(shapes.stream().map(planned::get).toList());
        compile(shapes);
        return this;
    }

    private void compile(List<InputShape> shapes) {
        shapes.stream().limit(CompiledModel.compiledAtOnce(shapes.size())).forEach(this::program);
    }

    /// Compiles the program of batches of that shape at once, so that the average exists and can be written.
    public InferenceSession prepare(int images, int height, int width) {
        program(new InputShape(images, height, width));
        return this;
    }

    /// What a batch gives.
    ///
    /// @param predictions `[images, anchors, 4 + classes]`, rows of cx, cy, w, h in network pixels, then probabilities
    /// @param items null without a loss
    public record Output(float[] predictions, int anchors, LossItems items) {
    }

    /// @param pixels `u8[images,height,width,3]`
    public Output run(MemorySegment pixels, int images, int height, int width) {
        if (gains != null) {
            throw new IllegalStateException("this detector has a loss and needs targets");
        }
        return run(pixels, new InputShape(images, height, width), null, null);
    }

    /// @param targets rows of class, cx, cy, w, h, grouped by image
    /// @param offsets where each image's rows begin
    public Output run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets) {
        return run(pixels, new InputShape(images, height, width), targets, offsets);
    }

    private Output run(MemorySegment pixels, InputShape shape, float[] targets, int[] offsets) {
        Executable program = program(shape);
        program.write("images", pixels);
        if (gains != null) {
            program.write("targets", targets);
            program.write("offsets", offsets);
            program.write("scalars", StepScalars.lossOnly().toArray());
        }
        program.run();
        LossItems items = gains == null ? null : LossItems.of(program.read("items"));
        int anchors = Math.toIntExact(compiled.model().head().anchors(shape.height(), shape.width()));
        return new Output(program.read("predictions"), anchors, items);
    }

    /// The graph of a batch.
    public Graph graph(int images, int height, int width) {
        return graph(compiled.model(), compiled.layout(), precision, gains, capacity, images, height, width);
    }

    /// The graph of a batch, which needs no engine.
    ///
    /// @param gains null for predictions alone
    static Graph graph(Model model, StateLayout layout, DType precision, CompileOptions.Gains gains, long capacity,
            int images, int height, int width) {
        HeadSpec head = model.head();
        DetectionLoss loss = gains == null ? null
                : new CompileOptions(gains, precision, null, capacity, false, Recompute.Policy.DEFAULT).loss(head,
                false);
        return Pipeline.inference(model.forward(images, height, width), layout,
                new DetectionDecode(head.strides(), head.bins()), loss, capacity, precision);
    }

    private Executable program(InputShape shape) {
        return programs.computeIfAbsent(shape, key -> compiled.engine().compile(
                planned.containsKey(key) ? planned.get(key) : plan(key)));
    }

    private Program plan(InputShape shape) {
        return Program.of(graph(shape.images(), shape.height(), shape.width()), compiled.engine().workspace());
    }

    @Override
    public void close() {
        programs.values().forEach(Executable::close);
    }
}

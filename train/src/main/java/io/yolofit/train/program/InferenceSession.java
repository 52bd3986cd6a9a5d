package io.yolofit.train.program;

import io.yolofit.engine.Executable;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs the EMA weights of a model on images. Batch norms are folded; there is one program per input shape.
public final class InferenceSession implements Detector {
    private final CompiledModel compiled;
    private final DType precision;
    private final CompileOptions.Gains gains;
    private final long capacity;
    private final Map<InputShape, Program> programs = new HashMap<>();
    private final Map<InputShape, Executable> executables = new HashMap<>();

    private InferenceSession(CompiledModel compiled, DType precision, CompileOptions.Gains gains, long capacity) {
        this.compiled = compiled;
        this.precision = precision;
        this.gains = gains;
        this.capacity = capacity;
    }

    /// A session that computes predictions only.
    public static InferenceSession of(CompiledModel compiled, DType precision) {
        return new InferenceSession(compiled, precision, null, 0);
    }

    /// A session that computes predictions and losses.
    ///
    /// @param capacity maximum number of objects in a batch
    public static InferenceSession withLoss(CompiledModel compiled, DType precision, CompileOptions.Gains gains,
            long capacity) {
        return new InferenceSession(compiled, precision, gains, capacity);
    }

    /// The validation session of a run whose memory is reserved.
    ///
    /// @param planned the programs of all batch shapes, the largest first
    public static InferenceSession ofRun(CompiledModel compiled, CompileOptions options,
            Map<InputShape, Program> planned, long capacity) {
        return new InferenceSession(compiled, options.precision(), options.gains(), capacity).compile(planned);
    }

    /// Reserves the engine's memory for planned programs and compiles the first of them; compiling creates the EMA
    /// buffer, so it can be written afterwards.
    ///
    /// @param planned the programs of all shapes that will be run, or of the largest of them, the largest first
    public InferenceSession reserve(Map<InputShape, Program> planned) {
        compiled.engine().reserve(List.copyOf(planned.values()));
        return compile(planned);
    }

    private InferenceSession compile(Map<InputShape, Program> planned) {
        programs.putAll(planned);
        planned.keySet().stream().limit(CompiledModel.compiledAtOnce(planned.size())).forEach(this::executable);
        return this;
    }

    /// Compiles the program of a shape; compiling creates the EMA buffer, so it can be written afterwards.
    public InferenceSession prepare(int images, int height, int width) {
        executable(new InputShape(images, height, width));
        return this;
    }

    /// Output of a batch.
    ///
    /// @param predictions `[images, anchors, 4 + classes]`, rows of cx, cy, w, h in network pixels, then probabilities
    /// @param anchors     number of anchors of an image
    /// @param items       null without losses
    /// @param endToEnd    whether the head has one prediction per object, so that none needs to be suppressed
    public record Output(float[] predictions, int anchors, LossItems items, boolean endToEnd) {
    }

    @Override
    public Output run(MemorySegment pixels, int images, int height, int width) {
        if (gains != null) {
            throw new IllegalStateException("this session computes losses and needs targets");
        }
        return run(pixels, new InputShape(images, height, width), null, null);
    }

    @Override
    public Output run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets) {
        return run(pixels, new InputShape(images, height, width), targets, offsets);
    }

    private Output run(MemorySegment pixels, InputShape shape, float[] targets, int[] offsets) {
        Executable program = executable(shape);
        program.write("images", pixels);
        if (gains != null) {
            program.write("targets", targets);
            program.write("offsets", offsets);
            program.write("scalars", StepScalars.lossOnly().toArray());
        }
        program.run();
        LossItems items = gains == null ? null : LossItems.of(compiled.model().head(), program.read("items"));
        int anchors = Math.toIntExact(compiled.model().head().anchors(shape.height(), shape.width()));
        return new Output(program.read("predictions"), anchors, items, compiled.model().head().endToEnd());
    }

    /// The graph of a batch.
    public Graph graph(int images, int height, int width) {
        return graph(compiled.model(), compiled.layout(), precision, gains, capacity, images, height, width);
    }

    /// The graph of a batch; needs no engine.
    ///
    /// @param gains null without a loss
    static Graph graph(Model model, StateLayout layout, DType precision, CompileOptions.Gains gains, long capacity,
            int images, int height, int width) {
        return Pipeline.inference(model.forward(images, height, width), layout, model.head().decode(),
                gains == null ? List.of() : gains.validationLosses(model.head()), capacity, precision);
    }

    private Executable executable(InputShape shape) {
        return executables.computeIfAbsent(shape, key -> compiled.engine().compile(
                programs.containsKey(key) ? programs.get(key) : program(key)));
    }

    private Program program(InputShape shape) {
        return Program.of(graph(shape.images(), shape.height(), shape.width()), compiled.engine().workspace());
    }

    @Override
    public void close() {
        executables.values().forEach(Executable::close);
    }
}

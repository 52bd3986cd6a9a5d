package io.yolofit.engine;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.pass.AttachDecode;
import io.yolofit.graph.pass.FlattenState;
import io.yolofit.graph.pass.FoldNormalization;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.head.HeadBranch;
import io.yolofit.zoo.head.HeadSpec;
import io.yolofit.zoo.model.Layouts;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// A model with the weights, image and targets of the golden files' generating rule, run on an engine.
final class GoldenModel {
    private static final int IMAGES = 2;
    private static final int SIZE = 160;
    private static final int IMAGE_SEED = 7;
    private static final int MOST_BOXES = 300;
    private static final int BOX_COLUMNS = 6;
    private static final double[][] TARGETS = {
        {0, 17, .5, .5, .6, .7}, {0, 0, .25, .3, .2, .25}, {0, 0, .3, .32, .22, .2}, {0, 55, .8, .8, .04, .03},
        {1, 3, .4, .6, .5, .5}, {1, 79, .7, .2, .3, .2}, {1, 3, .45, .55, .35, .6}, {1, 22, .1, .9, .15, .12}};

    /// Those of the first epoch.
    private static final StepScalars SCALARS = StepScalars.lossOnly().withBranchWeights(.8, .2);

    private final Engine engine;
    private final Model model;
    private final Graph forward;
    private final StateLayout layout;

    GoldenModel(Engine engine, Model model) {
        this.engine = engine;
        this.model = model;
        forward = withFloatImages(model.forward(IMAGES, SIZE, SIZE));
        layout = StateLayout.of(forward, name -> false);
    }

    /// Element `i` of a tensor under the generating rule.
    static float uniform(long i, long seed) {
        int h = (int) (i * 2654435761L + seed * 40503L + 12345L);
        h ^= h >>> 16;
        h *= 0x45d9f3b;
        h ^= h >>> 16;
        return (float) (Integer.toUnsignedLong(h) / 4294967296.0 - 0.5);
    }

    /// Weights under the generating rule, in the graph's layout.
    static float[] weights(String name, Shape shape) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        float[] values = new float[Math.toIntExact(shape.count())];
        double fanIn = shape.rank() > 1 ? (double) shape.count() / shape.dim(0) : 1;
        for (int i = 0; i < values.length; i++) {
            double u = uniform(i, crc.getValue());
            values[i] = (float) switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "running_var" -> 1 + 0.5 * u;
                case "running_mean", "bias" -> 0.2 * u;
                default -> shape.rank() > 1 ? u * 2 * Math.sqrt(3 / fanIn)
                        : name.endsWith("bn.weight") ? 1 + 0.2 * u : 0.2 * u;
            };
        }
        return Layouts.toGraph(values, shape);
    }

    /// All tensors that the golden files describe, by `section/name`, row-major in the files' layout.
    Map<String, Tensor> run() {
        HeadSpec head = model.head();
        Map<String, Tensor> results = new LinkedHashMap<>();
        Graph inference = new AttachDecode(head.decode())
                .run(FoldNormalization.all().run(FlattenState.average(layout).run(forward)));
        Graph train = FlattenState.training(layout).run(forward);
        Graph step = Pipeline.training(forward, layout, head.trainingLosses(7.5, .5, 1.5), TARGETS.length, DType.F32,
                null, Recompute.Policy.OFF);
        Graph auxiliary = new AttachDecode(new BranchDecode(head.branches().getFirst().name(), new DetectionDecode(
                head.branches().getFirst().strides(), head.branches().getFirst().bins())))
                .run(FoldNormalization.all().run(FlattenState.average(layout).run(forward)));
        List<Program> programs = Stream.of(inference, train, step, auxiliary)
                .map(graph -> Program.of(graph, engine.workspace())).toList();
        engine.reserve(programs);
        try (Executable eval = engine.compile(programs.get(0));
                Executable outputs = engine.compile(programs.get(1));
                Executable whole = engine.compile(programs.get(2));
                Executable first = engine.compile(programs.get(3))) {
            writeState();
            runOn(eval);
            decoded(eval, inference, results);
            logits(eval, inference, "eval", results);
            levels(eval, inference, "eval/1.", results);
            results.put("eval/0.1", results.get("eval/decoded"));
            runOn(first);
            results.put("eval/0.0", allAnchors(first, auxiliary));
            runOn(outputs);
            logits(outputs, train, "train", results);
            levels(outputs, train, "train/", results);
            writeState();
            runStep(whole);
            losses(whole.read("items"), results);
            layout.parameters().values().forEach(slot -> results.put("grads/" + slot.name(), slot("gradients", slot)));
            layout.statistics().values().forEach(slot ->
                    results.put("running/" + slot.name(), slot("statistics", slot)));
        }
        return results;
    }

    /// The reported items, and the total loss: the weighted sum over the branches.
    private void losses(float[] items, Map<String, Tensor> results) {
        float[] reported = new float[LossTerm.COUNT];
        model.head().report(items).forEach((term, item) -> reported[term.ordinal()] = item.floatValue());
        results.put("items", new Tensor(new long[] {LossTerm.COUNT}, reported));
        float[] floats = SCALARS.toArray();
        double[] scalars = IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
        double total = 0;
        for (int i = 0; i < items.length; i++) {
            total += items[i] * model.head().branches().get(i / LossTerm.COUNT).weight().in(scalars);
        }
        results.put("total", new Tensor(new long[] {1}, new float[] {(float) (total * IMAGES)}));
    }

    /// A tensor in the files' layout.
    record Tensor(long[] shape, float[] values) {
    }

    private void writeState() {
        State state = engine.state();
        for (StateLayout.Slot slot : layout.parameters().values()) {
            float[] values = weights(slot.name(), slot.shape());
            state.write("parameters", slot.offset(), values);
            state.write("ema", slot.offset(), values);
        }
        for (StateLayout.Slot slot : layout.statistics().values()) {
            float[] values = weights(slot.name(), slot.shape());
            state.write("statistics", slot.offset(), values);
            state.write("ema", layout.parameterCount() + slot.offset(), values);
        }
        if (state.has("gradients")) {
            state.write("gradients", 0, new float[state.count("gradients")]);
        }
    }

    private void runOn(Executable executable) {
        executable.write("images", image());
        executable.run();
    }

    private void runStep(Executable executable) {
        float[] rows = new float[TARGETS.length * TargetColumn.COUNT];
        int[] offsets = new int[IMAGES + 1];
        for (int i = 0; i < TARGETS.length; i++) {
            for (int j = 0; j < TargetColumn.COUNT; j++) {
                rows[i * TargetColumn.COUNT + j] = (float) TARGETS[i][j + 1];
            }
            offsets[(int) TARGETS[i][0] + 1] = i + 1;
        }
        executable.write("targets", rows);
        executable.write("offsets", offsets);
        executable.write("scalars", SCALARS.toArray());
        runOn(executable);
    }

    private Tensor slot(String buffer, StateLayout.Slot slot) {
        float[] values = engine.state().read(buffer, slot.offset(), Math.toIntExact(slot.shape().count()));
        return new Tensor(Layouts.fileShape(slot.shape()), Layouts.toFile(values, slot.shape()));
    }

    /// The golden images are floats, not bytes.
    private static Graph withFloatImages(Graph graph) {
        return new FloatImages().run(graph);
    }

    private static MemorySegment image() {
        float[] pixels = new float[IMAGES * SIZE * SIZE * 3];
        for (int n = 0; n < IMAGES; n++) {
            for (int c = 0; c < 3; c++) {
                for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                    pixels[(n * SIZE * SIZE + pixel) * 3 + c] =
                            uniform(((long) n * 3 + c) * SIZE * SIZE + pixel, IMAGE_SEED) + 0.5f;
                }
            }
        }
        return MemorySegment.ofArray(pixels);
    }

    /// Boxes and scores of all anchors, `[B, 4 + classes, anchors]`, or the best of an end-to-end head.
    private void decoded(Executable executable, Graph graph, Map<String, Tensor> results) {
        Shape shape = graph.output("predictions").shape();
        results.put("eval/decoded", model.head().endToEnd()
                ? best(executable.read("predictions"), (int) shape.dim(1), (int) shape.dim(2))
                : allAnchors(executable, graph));
    }

    private static Tensor allAnchors(Executable executable, Graph graph) {
        Shape shape = graph.output("predictions").shape();
        return transposed(executable.read("predictions"), (int) shape.dim(1), (int) shape.dim(2));
    }

    /// `[B, 300, 6]`: corners, score and class of the best pairs of an anchor and a class, among the anchors with the
    /// best classes.
    private static Tensor best(float[] rows, int anchors, int columns) {
        float[] best = new float[IMAGES * MOST_BOXES * BOX_COLUMNS];
        for (int n = 0; n < IMAGES; n++) {
            int first = n * anchors;
            List<int[]> pairs = IntStream.range(first, first + anchors).boxed()
                    .sorted(Comparator.comparing((Integer anchor) -> -IntStream.range(4, columns)
                            .mapToDouble(c -> rows[anchor * columns + c]).max().orElseThrow())).limit(MOST_BOXES)
                    .flatMap(anchor -> IntStream.range(4, columns).mapToObj(c -> new int[] {anchor, c}))
                    .sorted(Comparator.comparing((int[] pair) -> -rows[pair[0] * columns + pair[1]]))
                    .limit(MOST_BOXES).toList();
            for (int i = 0; i < pairs.size(); i++) {
                int row = pairs.get(i)[0] * columns;
                int at = (n * MOST_BOXES + i) * BOX_COLUMNS;
                for (int side = 0; side < 2; side++) {
                    best[at + side] = rows[row + side] - rows[row + 2 + side] / 2;
                    best[at + 2 + side] = rows[row + side] + rows[row + 2 + side] / 2;
                }
                best[at + 4] = rows[row + pairs.get(i)[1]];
                best[at + 5] = pairs.get(i)[1] - 4;
            }
        }
        return new Tensor(new long[] {IMAGES, MOST_BOXES, BOX_COLUMNS}, best);
    }

    private static Tensor transposed(float[] rows, int anchors, int channels) {
        float[] planes = new float[rows.length];
        for (int n = 0; n < IMAGES; n++) {
            for (int a = 0; a < anchors; a++) {
                for (int c = 0; c < channels; c++) {
                    planes[(n * channels + c) * anchors + a] = rows[(n * anchors + a) * channels + c];
                }
            }
        }
        return new Tensor(new long[] {IMAGES, channels, anchors}, planes);
    }

    /// Per branch all levels concatenated, `[B, channels, anchors]`: `boxes` and `scores` of the only branch,
    /// `<branch>.boxes` and `<branch>.scores` of several.
    private void logits(Executable executable, Graph graph, String section, Map<String, Tensor> results) {
        for (HeadBranch branch : model.head().branches()) {
            String prefix = section + "/" + (model.head().branches().size() == 1 ? "" : branch.name() + ".");
            results.put(prefix + "boxes", joined(executable, graph, branch, branch.outputs()::box));
            results.put(prefix + "scores", joined(executable, graph, branch, branch.outputs()::cls));
        }
    }

    /// Per branch and level, box and class logits: `<branch index>.<level>`, `[B, channels, H, W]`.
    private void levels(Executable executable, Graph graph, String prefix, Map<String, Tensor> results) {
        List<HeadBranch> branches = model.head().branches();
        for (int i = 0; i < branches.size(); i++) {
            for (int level = 0; level < branches.get(i).strides().size(); level++) {
                String box = branches.get(i).outputs().box(level);
                String cls = branches.get(i).outputs().cls(level);
                Shape shape = graph.output(box).shape();
                int cells = (int) (shape.dim(1) * shape.dim(2));
                int boxes = (int) shape.channels();
                int classes = (int) graph.output(cls).shape().channels();
                float[] both = new float[IMAGES * cells * (boxes + classes)];
                float[] boxRows = executable.read(box);
                float[] classRows = executable.read(cls);
                for (int row = 0; row < IMAGES * cells; row++) {
                    System.arraycopy(boxRows, row * boxes, both, row * (boxes + classes), boxes);
                    System.arraycopy(classRows, row * classes, both, row * (boxes + classes) + boxes, classes);
                }
                results.put(prefix + i + "." + level, new Tensor(new long[] {IMAGES, boxes + classes, shape.dim(1),
                    shape.dim(2)}, transposed(both, cells, boxes + classes).values()));
            }
        }
    }

    private Tensor joined(Executable executable, Graph graph, HeadBranch branch, IntFunction<String> output) {
        int anchors = branch.strides().stream().mapToInt(stride -> SIZE / stride * (SIZE / stride)).sum();
        int channels = (int) graph.output(output.apply(0)).shape().channels();
        float[] rows = new float[IMAGES * anchors * channels];
        int first = 0;
        for (int level = 0; level < branch.strides().size(); level++) {
            Shape shape = graph.output(output.apply(level)).shape();
            int cells = (int) (shape.dim(1) * shape.dim(2));
            float[] values = executable.read(output.apply(level));
            for (int n = 0; n < IMAGES; n++) {
                System.arraycopy(values, n * cells * channels, rows, (n * anchors + first) * channels,
                        cells * channels);
            }
            first += cells;
        }
        return transposed(rows, anchors, channels);
    }
}

package io.yolofit.engine.agreement;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.AttachLoss;
import io.yolofit.graph.pass.AttachUpdate;
import io.yolofit.graph.pass.Differentiate;
import io.yolofit.graph.pass.DropOutputs;
import io.yolofit.graph.pass.FlattenState;
import io.yolofit.graph.pass.FoldNormalization;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.Precision;
import io.yolofit.graph.pass.ScaleLoss;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.testkit.Seed;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.head.HeadSpec;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A detector that is small enough for the interpreter, with blocks of the zoo, and contents for all inputs of its
/// graphs. Its first layer is frozen, and one through which gradients pass.
final class AllBlocksModel {
    static final int IMAGES = 2;
    static final int CLASSES = 3;
    static final int CAPACITY = 8;

    /// Small enough that no gradient of this model overflows f16.
    private static final double F16_LOSS_SCALE = 64;
    private static final int HEIGHT = 64;
    private static final int WIDTH = 96;
    /// Blocks of YOLOv5 and YOLOv8.
    static final String V8_ROWS = """
            rows:
              - {block: Conv, out: 8, kernel: 6, stride: 2, padding: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: C2f, repeats: 2, out: 16, shortcut: true}
              - {block: Conv, out: 24, kernel: 3, stride: 2}
              - {block: C3, out: 24}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: C2, out: 32}
              - {block: SPPF, out: 32}
              - {block: Upsample}
              - {block: Concat, from: [-1, 4]}
              - {block: C2f, out: 24}
              - {block: Conv, out: 24, kernel: 3, stride: 2}
              - {block: Concat, from: [-1, 7]}
              - {block: C3, out: 32, shortcut: false}
              - {block: Detect, from: [10, 13]}
            """;

    /// Blocks of YOLOv9, with the links of its auxiliary branch.
    static final String ELAN_ROWS = """
            rows:
              - {block: Identity}
              - {block: Conv, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: ELAN1, out: 16, split: 16, inner: 8}
              - {block: AConv, out: 24}
              - {block: RepNCSPELAN4, out: 24, split: 16, inner: 8, length: 2}
              - {block: ADown, out: 32}
              - {block: SPPELAN, out: 32, inner: 16}
              - {block: CBLinear, from: 5, widths: [16]}
              - {block: CBLinear, from: 7, widths: [16, 24]}
              - {block: Conv, from: 0, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: CBFuse, from: [8, 9, -1], parts: [0, 0]}
              - {block: ADown, out: 24}
              - {block: CBFuse, from: [9, -1], parts: [1]}
              - {block: RepNCSPELAN4, out: 24, split: 16, inner: 8}
              - {block: Detect, from: [15, 7]}
            """;
    /// Blocks of YOLOv10, 11 and 26: depthwise convolutions, attention of one and of two heads.
    static final String ATTENTION_ROWS = """
            rows:
              - {block: Conv, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: C3k2, out: 16, c3k: false}
              - {block: SCDown, out: 32, kernel: 3, stride: 2}
              - {block: C2fCIB, out: 32, shortcut: true, large: true}
              - {block: SCDown, out: 256, kernel: 3, stride: 2}
              - {block: C2PSA, out: 256}
              - {block: C3k2, out: 32, attention: true}
              - {block: Detect, from: [4, 7]}
            """;
    /// Blocks of YOLOv12: attention in areas, of one and of two heads, with a factor per channel.
    static final String AREA_ROWS = """
            rows:
              - {block: Conv, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: A2C2f, out: 32, areas: 2, residual: true}
              - {block: Conv, out: 128, kernel: 3, stride: 2}
              - {block: A2C2f, out: 128, areas: 4, residual: true}
              - {block: Upsample}
              - {block: Concat, from: [-1, 3]}
              - {block: A2C2f, out: 24, attention: false}
              - {block: Detect, from: [8, 5]}
            """;

    private static final String TWO_LEVELS = """
            rows:
              - {block: Conv, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: Conv, out: 24, kernel: 3, stride: 2}
              - {block: C2f, out: 24, shortcut: true}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
            """;
    /// One-to-many and one-to-one branches, as in YOLOv10.
    static final String END_TO_END_ROWS = TWO_LEVELS + "  - {block: v10Detect, from: [3, 4]}\n";
    /// The same without distributions, as in YOLO26.
    static final String ONE_BIN_ROWS = TWO_LEVELS + "  - {block: Detect, from: [3, 4], end_to_end: true, bins: 1}\n";
    /// An auxiliary branch on rows of its own, as in YOLOv9.
    static final String DUAL_ROWS = TWO_LEVELS + """
              - {block: C2f, from: 4, out: 24}
              - {block: DualDDetect, from: [3, 5, 3, 4]}
            """;

    private final HeadSpec head;
    private final Graph forward;
    private final StateLayout layout;
    private final Map<String, double[]> contents = new LinkedHashMap<>();

    AllBlocksModel(Seed seed) {
        this(seed, V8_ROWS);
    }

    /// @param rows of the model's file
    AllBlocksModel(Seed seed, String rows) {
        Architecture architecture = ArchitectureReader.read(rows, "tiny.yaml");
        Model model = Model.of(new Sized(architecture, architecture.scale("")), CLASSES);
        head = model.head();
        forward = model.forward(IMAGES, HEIGHT, WIDTH);
        layout = StateLayout.of(forward, name -> name.startsWith("model.0.") || name.startsWith("model.3."));
        state(model, seed);
        batch(seed);
    }

    StateLayout layout() {
        return layout;
    }

    Graph training(DType precision, Update.Rule rule) {
        return training(precision, rule, Recompute.Policy.OFF);
    }

    Graph training(DType precision, Update.Rule rule, Recompute.Policy recompute) {
        return Pipeline.training(forward, layout, losses(), CAPACITY, precision, rule, recompute);
    }

    /// The step after the mandatory passes only: no fusion, no rematerialization.
    Graph plainTraining(DType precision, Update.Rule rule) {
        List<Pass> passes = List.of(FoldNormalization.frozen(layout), FlattenState.training(layout),
                new Precision(precision), new AttachLoss(losses(), CAPACITY),
                new DropOutputs(Set.of("items", "statistics")::contains), new Differentiate(layout, false),
                new AttachUpdate(layout, rule), new ScaleLoss(precision));
        Graph graph = forward;
        for (Pass pass : passes) {
            graph = pass.run(graph);
        }
        return graph;
    }

    Graph update(Update.Rule rule) {
        return Pipeline.update(layout, rule, DType.F32);
    }

    Graph inference(DType precision) {
        return Pipeline.inference(forward, layout, head.decode(), head.validationLosses(7.5, .5, 1.5), CAPACITY,
                precision);
    }

    private List<BranchLoss> losses() {
        return head.trainingLosses(7.5, .5, 1.5);
    }

    /// Contents of all inputs that a graph of this model may have, as fp32 numbers.
    Map<String, double[]> contents() {
        return new LinkedHashMap<>(contents);
    }

    /// Writes all inputs of a graph, including persistent state.
    void write(Engine engine, Executable executable, Graph graph) {
        for (Value input : graph.inputs()) {
            if (input.role().persistent()) {
                engine.state().write(input.name(), 0, Elements.floats(contents.get(input.name())));
            } else {
                executable.write(input.name(), Elements.bytes(input.dtype(), contents.get(input.name())));
            }
        }
    }

    /// Initial weights with non-trivial normalizations and statistics, and moments as after some steps.
    private void state(Model model, Seed seed) {
        int parameterCount = (int) layout.parameterCount();
        double[] parameters = new double[parameterCount];
        double[] statistics = new double[(int) layout.statisticCount()];
        Initializer.of(model, 5).forEach((name, values) -> {
            boolean parameter = layout.parameters().containsKey(name);
            StateLayout.Slot slot = parameter ? layout.parameters().get(name) : layout.statistics().get(name);
            double[] flat = parameter ? parameters : statistics;
            double spread = slot.shape().rank() > 1 ? 0 : .2;
            for (int i = 0; i < values.length; i++) {
                flat[(int) slot.offset() + i] = values[i] + seed.uniform(-1, 1) * spread;
            }
        });
        double[] ema = java.util.Arrays.copyOf(parameters, parameterCount + statistics.length);
        System.arraycopy(statistics, 0, ema, parameterCount, statistics.length);
        put("parameters", parameters);
        put("statistics", statistics);
        put("ema", ema);
        put("gradients", new double[(int) layout.trainableCount()]);
        put("scaler", new double[] {F16_LOSS_SCALE, 0, 0});
        put("moment0", seed.uniform(layout.trainableCount(), .001, .01));
        put("moment1", seed.uniform(layout.trainableCount(), .1, 1));
    }

    private void batch(Seed seed) {
        double[] pixels = new double[IMAGES * HEIGHT * WIDTH * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = seed.between(0, 255);
        }
        double[] targets = new double[CAPACITY * TargetColumn.COUNT];
        for (int row = 0; row < CAPACITY; row++) {
            targets[TargetColumn.CLASS.at(row)] = seed.between(0, CLASSES - 1);
            targets[TargetColumn.CENTER_X.at(row)] = seed.uniform(.2, .8);
            targets[TargetColumn.CENTER_Y.at(row)] = seed.uniform(.2, .8);
            targets[TargetColumn.WIDTH.at(row)] = seed.uniform(.1, .7);
            targets[TargetColumn.HEIGHT.at(row)] = seed.uniform(.1, .7);
        }
        put("images", pixels);
        put("targets", targets);
        put("offsets", new double[] {0, 3, CAPACITY - 1});
        put("scalars", StateCases.scalars(seed));
    }

    private void put(String name, double[] values) {
        contents.put(name, Elements.doubles(Elements.floats(values)));
    }
}

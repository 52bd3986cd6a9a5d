package io.yolofit.zoo.model;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.ModelException;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.LayerSpec;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.architecture.ScaleSource;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.head.HeadBuilder;
import io.yolofit.zoo.head.HeadCatalog;
import io.yolofit.zoo.head.HeadSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A detector: an architecture at a scale, for a number of classes. It builds forward graphs for any batch and image
/// size; parameters and statistics have the same names and shapes in all of them.
public final class Model {
    private static final int PROBE_SIZE = 1024; // divisible by all strides up to itself
    private static final int LEAST_STRIDE = 32;
    private static final double GIGA = 1e9;

    private final Architecture architecture;
    private final Scale scale;
    private final ScaleSource scaleSource;
    private final String name;
    private final HeadSpec head;
    private final Graph probe;
    private final int deepestStride;

    private Model(ArchitectureCatalog.Sized sized, int classes) {
        architecture = sized.architecture();
        scale = sized.scale();
        scaleSource = sized.source();
        name = sized.name();
        if (classes < 1) {
            throw new ArchitectureException("a detector needs at least one class, not " + classes, name, "");
        }
        Built built = build(1, PROBE_SIZE, PROBE_SIZE, classes);
        probe = built.graph;
        deepestStride = deepestStride(probe);
        requireCountable();
        LayerSpec last = architecture.layers().getLast();
        head = built.builder.spec(built.branches.stream()
                .map(branch -> branch.withStrides(strides(branch, last))).toList(), classes, path(last.index()));
    }

    /// Weights are read, written and initialized as Java arrays, which limits their number.
    private void requireCountable() {
        try {
            Math.toIntExact(parameterCount());
        } catch (ArithmeticException e) {
            throw new ArchitectureException("the model has more than " + Integer.MAX_VALUE + " parameters", name,
                    "give smaller widths or kernels");
        }
    }

    private static List<Integer> strides(HeadBuilder.Built branch, LayerSpec head) {
        List<Integer> strides = new ArrayList<>();
        for (Value box : branch.boxes()) {
            long height = box.shape().dim(1);
            long width = box.shape().dim(2);
            if (height != width || PROBE_SIZE % height != 0) {
                int source = head.from().get(branch.inputs().get(strides.size()));
                throw new ArchitectureException("level " + strides.size() + " of " + head.block() + " has " + height
                        + "x" + width + " cells for an image of " + PROBE_SIZE + "x" + PROBE_SIZE
                        + ": the stride must be a whole number", head.origin(), "check the paddings of row " + source
                        + " and of those before it");
            }
            strides.add(Math.toIntExact(PROBE_SIZE / height));
        }
        return strides;
    }

    /// Pixels per cell at the lowest resolution of the network, which may be lower than that of any level of the head.
    /// Of convolutions and pools, intermediate results of windows without padding, which do not divide the image, do
    /// not count.
    private static int deepestStride(Graph graph) {
        return (int) (PROBE_SIZE / graph.nodes().stream().filter(node -> node.op() instanceof Conv2d
                        || node.op() instanceof MaxPool || node.op() instanceof AveragePool)
                .map(node -> node.output(0).shape()).filter(shape -> PROBE_SIZE % shape.dim(1) == 0)
                .mapToLong(shape -> shape.dim(1)).min().orElse(PROBE_SIZE));
    }

    private record Built(Graph graph, HeadBuilder builder, List<HeadBuilder.Built> branches) {
    }

    /// @throws ArchitectureException if a layer is invalid
    /// @throws ModelException if shapes do not fit
    public static Model of(ArchitectureCatalog.Sized sized, int classes) {
        return new Model(sized, classes);
    }

    public Architecture architecture() {
        return architecture;
    }

    public Scale scale() {
        return scale;
    }

    /// Name as in `model=`, such as `yolov8n`.
    public String name() {
        return name;
    }

    public HeadSpec head() {
        return head;
    }

    /// Image sizes are rounded to multiples of this: the deepest stride of the whole network, at least 32. The head's
    /// largest stride may be smaller.
    public int stride() {
        return Math.max(LEAST_STRIDE, deepestStride);
    }

    /// Indices of layers that the head does not depend on. They are computed, but cannot be trained.
    public List<Integer> unusedLayers() {
        Set<Integer> used = new HashSet<>();
        used.add(architecture.layers().size() - 1);
        for (LayerSpec layer : architecture.layers().reversed()) {
            if (used.contains(layer.index())) {
                used.addAll(layer.from());
            }
        }
        return architecture.layers().stream().map(LayerSpec::index).filter(index -> !used.contains(index)).toList();
    }

    /// Name and scale, such as `yolov8n, scale n` or `mine.yaml, scale m (from the file's name)`.
    public String title() {
        String source = scaleSource.text().isEmpty() ? "" : " (" + scaleSource.text() + ")";
        String multiples = hasStandardMultiples() ? ""
                : String.format(Locale.ROOT, ", depth %s, width %s", scale.depth(), scale.width());
        return (scale.name().isEmpty() ? name : name + ", scale " + scale.name() + source) + multiples;
    }

    /// Whether depth and width are those that the architecture has for its scale.
    boolean hasStandardMultiples() {
        return scale.equals(architecture.scale(scale.name()));
    }

    /// One line: name, scale, layers, parameters, GFLOPs.
    ///
    /// @param size height and width of the image
    public String description(int size) {
        double flops = summary(size).stream().mapToDouble(LayerSummary::flops).sum();
        return String.format(Locale.ROOT, "%s, %d layers, %,d parameters, %.1f GFLOPs at %d px", title(),
                architecture.layers().size(), parameterCount(), flops / GIGA, size);
    }

    /// A forward graph: input `images` u8, outputs the logits of the levels of all branches
    /// ([io.yolofit.graph.head.HeadOutputs]).
    ///
    /// @throws ModelException if there is no image, or the size is not a multiple of the deepest stride
    public Graph forward(int images, int height, int width) {
        if (images < 1) {
            throw ModelException.because(name, "a batch of %d images", images).remedy("use batch=1").build();
        }
        int stride = deepestStride;
        if (height % stride != 0 || width % stride != 0 || height <= 0 || width <= 0) {
            throw ModelException.because(name, "images of %dx%d do not divide by the stride %d", height, width, stride)
                    .remedy("use imgsz=" + Math.max(stride(), Math.ceilDiv(Math.max(height, width), stride())
                            * stride()))
                    .build();
        }
        return build(images, height, width, head.classes()).graph;
    }

    /// Parameters and running statistics, in the model's order.
    public List<Value> state() {
        return probe.inputs().stream()
                .filter(value -> value.role() == Role.PARAMETER || value.role() == Role.STATISTIC).toList();
    }

    /// Number of trainable parameters, without the constant bin weights of the head.
    public long parameterCount() {
        return state().stream().filter(value -> value.role() == Role.PARAMETER)
                .mapToLong(value -> value.shape().count()).sum();
    }

    /// Summaries of the layers, for one square image.
    public List<LayerSummary> summary(int size) {
        Graph graph = forward(1, size, size);
        Map<String, Long> parameters = new HashMap<>();
        Map<String, Double> flops = new HashMap<>();
        Map<String, Shape> outputs = new HashMap<>();
        for (Value input : graph.inputs()) {
            if (input.role() == Role.PARAMETER) {
                parameters.merge(layerOf(input.name()), input.shape().count(), Long::sum);
            }
        }
        Set<Value> inferred = graph.dependencies(head.inference().outputs().of(graph, head.strides().size()));
        for (Node node : graph.nodes()) {
            if (node.outputs().stream().anyMatch(inferred::contains)) {
                flops.merge(layerOf(node.name()), node.op().cost(node).flops(), Double::sum);
            }
            outputs.put(layerOf(node.name()), node.output(0).shape());
        }
        List<LayerSummary> layers = new ArrayList<>();
        for (LayerSpec layer : architecture.layers()) {
            String path = path(layer.index());
            boolean last = layer.index() == architecture.layers().size() - 1;
            layers.add(new LayerSummary(layer, scale.repeats(layer.repeats()), parameters.getOrDefault(path, 0L),
                    last ? graph.output(head.inference().outputs().box(0)).shape() : outputs.get(path),
                    flops.getOrDefault(path, 0.0)));
        }
        return layers;
    }

    /// Parameters of the inference graph: without branches for training only, with batch norms folded into
    /// convolutions, and parallel convolutions into one.
    public long foldedParameterCount() {
        Graph forward = forward(1, stride(), stride());
        Graph inference = Pipeline.inference(forward, StateLayout.of(forward, parameter -> false), head.decode(),
                List.of(), 0, DType.F32);
        return inference.nodes().stream().filter(node -> node.op() instanceof Conv2d.Forward)
                .flatMap(node -> node.inputs().stream().skip(1)).mapToLong(value -> value.shape().count()).sum();
    }

    private static String path(int layer) {
        return "model." + layer;
    }

    private static String layerOf(String path) {
        int end = path.indexOf('.', "model.".length());
        return end < 0 ? path : path.substring(0, end);
    }

    private Built build(int images, int height, int width, int classes) {
        GraphBuilder builder = new GraphBuilder();
        Value bytes = builder.input("images", TensorType.of(DType.U8, images, height, width, 3), Role.INPUT);
        Value pixels = builder.emit(new Pixels(DType.F32), "images.float", Role.ACTIVATION, bytes).getFirst();
        List<List<Value>> outputs = new ArrayList<>();
        List<LayerSpec> layers = architecture.layers();
        for (LayerSpec layer : layers.subList(0, layers.size() - 1)) {
            outputs.add(buildLayer(builder, layer, inputs(layer, outputs, pixels), classes));
        }
        LayerSpec last = layers.getLast();
        HeadBuilder headBuilder = HeadBuilder.of(architecture);
        List<HeadBuilder.Built> branches = headBuilder.build(scope(builder, last, classes),
                inputs(last, outputs, pixels).each());
        return new Built(builder.build(), headBuilder, branches);
    }

    private Scope scope(GraphBuilder builder, LayerSpec layer, int classes) {
        return new Scope(builder, path(layer.index()), scale, architecture.activation(), classes);
    }

    private List<Value> buildLayer(GraphBuilder builder, LayerSpec layer, Inputs inputs, int classes) {
        Block block = BlockCatalog.of(layer, HeadCatalog.names());
        try {
            if (inputs.rows().size() > 1 && !block.joins()) {
                throw new ArchitectureException(layer.block() + " reads one row, but 'from' names "
                        + inputs.rows().size(), "", "join them with a Concat");
            }
            if (layer.repeats() > 1 && !block.repeats()) {
                throw new ArchitectureException(layer.block() + " cannot repeat, but has repeats " + layer.repeats(),
                        "", "write the row " + layer.repeats() + " times");
            }
            return block.build(scope(builder, layer, classes), inputs,
                    layer.arguments().bind(layer.block(), block.fields()), scale.repeats(layer.repeats()));
        } catch (ArchitectureException | ModelException e) {
            throw ArchitectureException.in(layer.origin() + ", row " + layer.index(), e);
        } catch (ArithmeticException e) {
            throw new ArchitectureException("the model is too large: a tensor has more elements than can be counted",
                    layer.origin() + ", row " + layer.index(), "give smaller widths");
        }
    }

    private static Inputs inputs(LayerSpec layer, List<List<Value>> outputs, Value image) {
        return new Inputs(layer.from().stream().map(source -> source < 0 ? List.of(image) : outputs.get(source))
                .toList());
    }
}

package io.yolofit.zoo.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.onnx.OnnxDecoder.Predictions;
import io.yolofit.zoo.weights.WeightsOutput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Exports a model to ONNX.
public final class OnnxExport {
    /// Columns of a detection: x1, y1, x2, y2, score, class.
    public static final int COLUMNS = 6;
    static final String INPUT = "images";
    static final String OUTPUT = "output0";
    private static final int BOX = 4;

    private final Model model;
    private final OnnxSettings settings;
    private final OnnxGraph onnx;

    private OnnxExport(Model model, OnnxSettings settings) {
        this.model = model;
        this.settings = settings;
        onnx = new OnnxGraph(settings.opset());
    }

    /// Writes a file atomically.
    ///
    /// @param version of the program, for the metadata
    /// @throws io.yolofit.graph.ModelException if the image size does not fit the model, or an op has no ONNX form
    /// @throws io.yolofit.zoo.weights.WeightsException if the file cannot be written
    public static void write(Path file, ModelFile model, OnnxSettings settings, String version) {
        WeightsOutput.write(file, bytes(model.model(), model.names(), model.values(), settings, version));
    }

    /// The contents of a file.
    ///
    /// @param state parameters and statistics by name
    public static byte[] bytes(Model model, List<String> names, Map<String, float[]> state, OnnxSettings settings,
            String version) {
        var export = new OnnxExport(model, settings);
        export.build(state);
        ModelProto.Builder proto = ModelProto.newBuilder().setIrVersion(settings.fileVersion())
                .setProducerName("YoloFit").setProducerVersion(version).setGraph(export.onnx.build())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(settings.opset()));
        OnnxMetadata.of(model, names, settings, version).forEach((key, value) ->
                proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return proto.build().toByteArray();
    }

    /// Input and output of a file, such as `images f32[1,3,640,640] to output0 f32[1,84,8400]`.
    public static String signature(Model model, OnnxSettings settings) {
        Object batch = settings.dynamic() ? "N" : settings.batch();
        long rows = BOX + (long) model.head().classes();
        boolean selects = model.head().endToEnd() || settings.nms();
        return INPUT + " f32[" + batch + ",3," + (settings.dynamic() ? "H,W" : settings.height() + ","
                + settings.width()) + "] to " + OUTPUT + " f32[" + batch + ","
                + (selects ? settings.selection().most() + "," + COLUMNS : rows + "," + (settings.dynamic() ? "anchors"
                        : model.head().anchors(settings.height(), settings.width()))) + "]";
    }

    private void build(Map<String, float[]> state) {
        int batch = settings.dynamic() ? 1 : settings.batch();
        Graph graph = Pipeline.exported(model.forward(batch, settings.height(), settings.width()),
                model.head().decode());
        Value pixels = graph.input("images");
        String images = onnx.input(INPUT, open(batch, "batch"), (long) 3, open(settings.height(), "height"),
                open(settings.width(), "width"));
        var constants = new Constants(graph, state);
        var layout = new OnnxLayout(onnx, images, pixels.shape(), settings.dynamic());
        var ops = new OnnxOps(onnx, constants, layout, settings.half());
        ops.define(pixels, settings.half() ? cast("images.half", images, DataType.FLOAT16) : images);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof DetectionDecode op) {
                List<String> logits = node.inputs().stream().map(ops::tensor).map(logit -> settings.half()
                        ? cast("logits.float", logit, DataType.FLOAT) : logit).toList();
                output(new OnnxDecoder(onnx, layout, settings.dynamic()).decode(op, node, logits),
                        node.output(0).shape());
            } else if (!node.outputs().stream().allMatch(constants::has)) {
                ops.translate(node);
            }
        }
    }

    private String cast(String name, String tensor, DataType type) {
        return onnx.node("Cast", name, tensor).integer("to", type.getNumber()).output();
    }

    private Object open(long length, String name) {
        return settings.dynamic() ? name : (Object) length;
    }

    /// @param decoded `[N, anchors, 4 + classes]`
    private void output(Predictions predictions, Shape decoded) {
        if (!model.head().endToEnd() && !settings.nms()) {
            onnx.output(OUTPUT, OnnxSelection.all(onnx, predictions), open(decoded.dim(0), "batch"),
                    decoded.channels(), open(decoded.dim(1), "anchors"));
            return;
        }
        var selection = new OnnxSelection(onnx, settings.selection(), decoded.channels() - BOX);
        String scores = settings.nms() ? selection.suppressed(predictions) : predictions.scores();
        onnx.output(OUTPUT, selection.best(predictions, scores), open(decoded.dim(0), "batch"),
                (long) settings.selection().most(), (long) COLUMNS);
    }
}

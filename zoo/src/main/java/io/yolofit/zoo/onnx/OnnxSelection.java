package io.yolofit.zoo.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.yolofit.zoo.onnx.OnnxDecoder.Predictions;

/// Selection of detections inside the exported file: non-maximum suppression, and the best scores.
///
/// Suppression sets the scores of suppressed boxes to 0, so that the second step is the same with and without it.
final class OnnxSelection {
    private static final int CORNERS = 4;
    /// What NonMaxSuppression may keep per class: as many as candidates enter it in the engine's suppression.
    private static final int MOST_PER_CLASS = 30_000;

    private final OnnxGraph onnx;
    private final OnnxSettings.Selection settings;
    private final long classes;

    OnnxSelection(OnnxGraph onnx, OnnxSettings.Selection settings, long classes) {
        this.onnx = onnx;
        this.settings = settings;
        this.classes = classes;
    }

    /// Scores after suppression, `[N,classes,anchors]`. Of a box, only the score of its best class enters, if it is
    /// above the threshold.
    String suppressed(Predictions predictions) {
        String boxes = byAnchor(predictions);
        String best = best(predictions.scores());
        String one = onnx.number(false, 1);
        String isBest = number("nms.is_best", onnx.emit("Equal", "nms.equal", predictions.scores(), best));
        String candidates = onnx.emit("Mul", "nms.candidates", predictions.scores(), isBest);
        String scores = settings.agnostic() ? best : candidates;
        String kept = onnx.emit("NonMaxSuppression", "nms.kept", boxes, scores, onnx.integers(MOST_PER_CLASS),
                vector("nms.iou", settings.iou()), vector("nms.confidence", settings.confidence()));
        String none = onnx.emit("Mul", "nms.none", scores, onnx.number(false, 0));
        String ones = onnx.emit("Expand", "nms.ones", one, keptCount(kept));
        String mask = onnx.emit("ScatterND", "nms.mask", none, kept, ones);
        return onnx.emit("Mul", "nms.scores", candidates, mask);
    }

    private String keptCount(String kept) {
        return onnx.emit("Slice", "nms.count", onnx.emit("Shape", "nms.shape", kept), onnx.integers(0),
                onnx.integers(1), onnx.integers(0), onnx.integers(1));
    }

    private String vector(String name, double value) {
        return onnx.floats(name, false, new float[] {(float) value}, 1);
    }

    private String number(String name, String flags) {
        return onnx.node("Cast", name, flags).integer("to", DataType.FLOAT.getNumber()).output();
    }

    /// The axes of ReduceMax became an operand in version 18.
    private String best(String scores) {
        return onnx.opset() < 18 ? onnx.node("ReduceMax", "nms.best", scores).integers("axes", 1).output()
                : onnx.emit("ReduceMax", "nms.best", scores, onnx.integers(1));
    }

    private String byAnchor(Predictions predictions) {
        return onnx.node("Transpose", "boxes.by_anchor", predictions.corners()).integers("perm", 0, 2, 1).output();
    }

    /// The best scores of all boxes and classes, `[N,max_det,6]`: x1, y1, x2, y2, score, class.
    ///
    /// Boxes and scores are padded by `max_det` anchors of score 0, as there may be fewer than that.
    ///
    /// @param scores `[N,classes,anchors]`
    String best(Predictions predictions, String scores) {
        long most = settings.most();
        String boxes = onnx.emit("Pad", "boxes.padded", byAnchor(predictions), onnx.integers(0, 0, 0, 0, most, 0));
        String rows = onnx.node("Transpose", "scores.by_anchor", scores).integers("perm", 0, 2, 1).output();
        String padded = onnx.emit("Pad", "scores.padded", rows, onnx.integers(0, 0, 0, 0, most, 0));
        String flat = onnx.emit("Reshape", "scores.flat", padded, onnx.integers(0, -1));
        var top = onnx.node("TopK", "best", flat, onnx.integers(most)).integer("axis", 1).pair();
        String anchor = onnx.emit("Div", "best.anchor", top.getLast(), onnx.integer(classes));
        String label = onnx.emit("Sub", "best.class", top.getLast(),
                onnx.emit("Mul", "best.first", anchor, onnx.integer(classes)));
        String last = onnx.integers(2);
        String chosen = onnx.node("GatherND", "best.boxes", boxes, onnx.emit("Unsqueeze", "best.index", anchor, last))
                .integer("batch_dims", 1).output();
        return onnx.node("Concat", "detections", chosen, onnx.emit("Unsqueeze", "best.score", top.getFirst(), last),
                onnx.emit("Unsqueeze", "best.label", number("best.number", label), last)).integer("axis", 2).output();
    }

    /// All predictions, `[N,4+classes,anchors]`: cx, cy, w, h, scores.
    static String all(OnnxGraph onnx, Predictions predictions) {
        String first = part(onnx, "boxes.first", predictions.corners(), 0);
        String second = part(onnx, "boxes.second", predictions.corners(), 2);
        String center = onnx.emit("Mul", "boxes.center", onnx.emit("Add", "boxes.sum", first, second),
                onnx.number(false, .5));
        String size = onnx.emit("Sub", "boxes.size", second, first);
        return onnx.node("Concat", "predictions", center, size, predictions.scores()).integer("axis", 1).output();
    }

    private static String part(OnnxGraph onnx, String name, String corners, int from) {
        return onnx.emit("Slice", name, corners, onnx.integers(from), onnx.integers(from + CORNERS / 2),
                onnx.integers(1), onnx.integers(1));
    }
}

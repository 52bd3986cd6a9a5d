package io.yolofit.zoo.onnx;

/// What an exported file is for.
///
/// @param batch   images per run; with `dynamic` any number is accepted
/// @param height  of the input, pixels; with `dynamic` any multiple of the model's stride is accepted
/// @param width   of the input, pixels
/// @param dynamic whether batch, height and width are open
/// @param half    whether weights and activations are fp16; input, decoder and output are fp32 in any case
/// @param nms     whether the file contains non-maximum suppression; end-to-end heads have none unless it is set
/// @param opset   version of ONNX's operators
/// @param selection of detections, for end-to-end heads and `nms`
public record OnnxSettings(int batch, int height, int width, boolean dynamic, boolean half, boolean nms, int opset,
        Selection selection) {
    /// The first version whose Softmax works along one axis.
    public static final int LEAST_OPSET = 13;
    /// The last version of which all operators that are used here have been checked.
    public static final int LAST_OPSET = 22;
    public static final int DEFAULT_OPSET = 17;

    /// Selection of detections.
    ///
    /// @param confidence lower bound (exclusive) of a score that enters suppression
    /// @param iou        a box whose IoU with a better one of its class is above this is suppressed
    /// @param most       rows of the output per image
    /// @param agnostic   whether boxes of different classes suppress each other
    public record Selection(double confidence, double iou, int most, boolean agnostic) {
        public static final Selection DEFAULT = new Selection(.25, .7, 300, false);
    }

    public OnnxSettings {
        if (opset < LEAST_OPSET || opset > LAST_OPSET) {
            throw new IllegalArgumentException("opset " + opset + " is not between " + LEAST_OPSET + " and "
                    + LAST_OPSET);
        }
    }

    /// One image of fixed size in fp32.
    public static OnnxSettings of(int height, int width) {
        return new OnnxSettings(1, height, width, false, false, false, DEFAULT_OPSET, Selection.DEFAULT);
    }

    public OnnxSettings withBatch(int images) {
        return new OnnxSettings(images, height, width, dynamic, half, nms, opset, selection);
    }

    public OnnxSettings withDynamic(boolean open) {
        return new OnnxSettings(batch, height, width, open, half, nms, opset, selection);
    }

    public OnnxSettings withHalf(boolean on) {
        return new OnnxSettings(batch, height, width, dynamic, on, nms, opset, selection);
    }

    public OnnxSettings withNms(Selection selected) {
        return new OnnxSettings(batch, height, width, dynamic, half, true, opset, selected);
    }

    public OnnxSettings withSelection(Selection selected) {
        return new OnnxSettings(batch, height, width, dynamic, half, nms, opset, selected);
    }

    public OnnxSettings withOpset(int version) {
        return new OnnxSettings(batch, height, width, dynamic, half, nms, version, selection);
    }

    /// The version of the file format with which ONNX introduced the operator set.
    int fileVersion() {
        return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;
    }
}

package io.yolofit.train.onnx;

import ai.onnxruntime.OrtException;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;

/// Failures of ONNX Runtime in our words: what, where, remedy. Its own text, which names its source files and internal
/// types, is that of the cause.
final class OnnxFailure {
    static final String SOURCE = "give a file that `yolofit export format=onnx` has written";
    private static final String COPY = "copy or export the file again";

    private OnnxFailure() {
    }

    /// A file that cannot be opened.
    static WeightsException reading(Path file, OrtException failure) {
        return switch (failure.getCode()) {
            case ORT_NO_SUCHFILE, ORT_NOT_FOUND -> of("there is no such file", file, "give an exported model that "
                    + "exists", failure);
            case ORT_INVALID_PROTOBUF, ORT_NO_MODEL, ORT_MODEL_LOADED -> of("the file is not an ONNX model, or it was "
                    + "cut short", file, COPY, failure);
            case ORT_NOT_IMPLEMENTED, ORT_INVALID_GRAPH, ORT_INVALID_ARGUMENT -> of("the file has an operator, an "
                    + "opset or a type that ONNX Runtime does not support", file, SOURCE, failure);
            default -> of("ONNX Runtime cannot load the file", file, SOURCE, failure);
        };
    }

    /// Images that the model of a file does not process.
    ///
    /// @param input `[N,3,H,W]`
    static WeightsException running(Path file, long[] input, OrtException failure) {
        String images = input[0] + (input[0] == 1 ? " image" : " images") + " of " + input[3] + "x" + input[2] + " px";
        return failure.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT
                ? of("the model does not take " + images, file, "give the imgsz= and batch= that it was exported with, "
                        + "or export it with dynamic=true", failure)
                : of("ONNX Runtime cannot process " + images + " with this model", file, "use a smaller batch or image "
                        + "size if memory is short, or export the file again", failure);
    }

    /// A model that cannot be closed.
    static WeightsException closing(Path file, OrtException failure) {
        return of("ONNX Runtime cannot close the model", file, COPY, failure);
    }

    private static WeightsException of(String what, Path file, String remedy, OrtException failure) {
        return new WeightsException(what, file.toString(), remedy, failure);
    }
}

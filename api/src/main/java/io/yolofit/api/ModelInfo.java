package io.yolofit.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A summary of a trained model.
///
/// @param name        of the architecture (`yolov8n`); of an ONNX file, its file name
/// @param classes     names, by index
/// @param imageHeight of the network's input for prediction, pixels
/// @param imageWidth  of the network's input for prediction, pixels
/// @param stride      sides of the network's input are multiples of it, pixels
/// @param parameters  empty for ONNX files
/// @param gigaflops   of one image of that size; a multiply-add counts as two; empty for ONNX files
/// @param trainedWith options of the training by name, as the file records them; may be empty
public record ModelInfo(String name, List<String> classes, int imageHeight, int imageWidth, int stride,
        OptionalLong parameters, OptionalDouble gigaflops, Map<String, Object> trainedWith) {
    public ModelInfo {
        requireNonNull(name, "name");
        requireNonNull(classes, "classes");
        requireNonNull(parameters, "parameters");
        requireNonNull(gigaflops, "gigaflops");
        requireNonNull(trainedWith, "trainedWith");
        classes = List.copyOf(classes);
    }
}

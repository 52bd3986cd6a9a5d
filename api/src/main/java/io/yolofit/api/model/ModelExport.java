package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DYNAMIC;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.FORMAT;
import static io.yolofit.train.options.OptionTable.HALF;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.OPSET;
import static io.yolofit.train.options.OptionTable.RESULT;

import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.FormatChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.onnx.OnnxExport;
import io.yolofit.zoo.onnx.OnnxSettings;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TorchTensorsFile;
import io.yolofit.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes a trained model for other programs. No native library is needed.
///
/// @param options of `export`
/// @param version of the program, for the metadata of files
public record ModelExport(Options options, ModelFile model, String version, Messages log) {
    private static final List<Option<?>> OF_SELECTION = List.of(CONF, IOU, AGNOSTIC_NMS);
    private static final List<Option<?>> OF_ONNX = List.of(INFERENCE_SIZE, BATCH, DYNAMIC, NMS, OPSET, CONF, IOU,
            MAX_DET, AGNOSTIC_NMS);

    /// The options of models; data sets have none of them.
    public static final List<Option<?>> OPTIONS = Stream.concat(Stream.of(MODEL, HALF), OF_ONNX.stream()).toList();

    /// The written file.
    ///
    /// @param contents one line: operators or tensors, shapes, types
    public record Written(Path file, long bytes, String contents) {
    }

    /// Reads the model.
    public static ModelExport of(Options options, String version, Messages log) {
        ModelFile model = ModelChoice.trained(options.get(MODEL));
        ModelChoice.warning(options.get(MODEL), model).ifPresent(log::warn);
        return new ModelExport(options, model, version, log);
    }

    /// Writes the file.
    ///
    /// @throws YoloFitException if it exists and `exist_ok` is false, or has the extension of another format
    public Written write() throws IOException {
        if (options.get(FORMAT) == FormatChoice.COCO) {
            throw new YoloFitException(Failure.naming("format=coco",
                    "format=coco is for a data set: give data= instead of model=", "give data= instead of model="));
        }
        Path output = output();
        warnOfOptionsWithoutEffect();
        if (output.toAbsolutePath().getParent() != null) {
            Files.createDirectories(output.toAbsolutePath().getParent());
        }
        String contents = switch (options.get(FORMAT)) {
            case ONNX -> writeOnnx(output);
            case SAFETENSORS -> {
                SafetensorsFile.write(output, weights(metadata()));
                yield tensors();
            }
            case PT -> {
                TorchTensorsFile.write(output, weights(Map.of()));
                yield tensors();
            }
            case COCO -> throw new IllegalStateException("refused above");
        };
        return new Written(output, Files.size(output), contents);
    }

    private Path output() {
        String name = options.get(MODEL);
        String extension = "." + options.get(FORMAT).word();
        Path output = options.find(RESULT).map(Path::of)
                .orElseGet(() -> Path.of(name.substring(0, name.lastIndexOf('.')) + extension));
        if (!output.toString().endsWith(extension)) {
            throw new YoloFitException(Failure.at("output=" + output, "the file name must end with " + extension
                    + ", as format=" + options.get(FORMAT).word(), "").withRemedy("give a name that ends with "
                            + extension));
        }
        if (output.toAbsolutePath().normalize().equals(Path.of(name).toAbsolutePath().normalize())) {
            throw new YoloFitException(Failure.naming(output, output + " is the model itself",
                    "give another file as output="));
        }
        if (Files.exists(output) && !options.get(EXIST_OK)) {
            throw new YoloFitException(Failure.naming(output, output + " already exists",
                    "give another output=, or exist_ok=true to overwrite it"));
        }
        return output;
    }

    private void warnOfOptionsWithoutEffect() {
        boolean onnx = options.get(FORMAT) == FormatChoice.ONNX;
        boolean selects = options.get(NMS) || model.model().head().endToEnd();
        List<Option<?>> unused = !onnx ? OF_ONNX : options.get(NMS) ? List.of()
                : selects ? OF_SELECTION : Stream.concat(OF_SELECTION.stream(), Stream.of(MAX_DET)).toList();
        String given = unused.stream().filter(options::isGiven).map(option -> option.name() + "=")
                .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            log.warn(given + (given.contains(",") ? " have" : " has") + " no effect "
                    + (onnx ? "without nms=true" : "with format=" + options.get(FORMAT).word()));
        }
    }

    private Weights weights(Map<String, String> metadata) {
        Weights weights = StateWeights.write(model.model(), model.values(), metadata);
        return options.get(HALF) ? weights.half() : weights;
    }

    /// The metadata of the model's file, without the state of its run.
    private Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model.model(), model.names()));
        for (String key : List.of(ModelInput.OPTIONS, ModelInput.IMPORTED_OPTIONS)) {
            if (model.weights().metadata().containsKey(key)) {
                metadata.put(key, model.weights().metadata().get(key));
            }
        }
        return metadata;
    }

    private String tensors() {
        return model.values().size() + " tensors of " + model.model().name() + ", "
                + (options.get(HALF) ? "fp16" : "fp32");
    }

    private String writeOnnx(Path output) {
        Options applied = ModelInput.withInferenceSize(TrainedOptions.applied(options,
                ModelInput.trainingOptions(options.get(MODEL), model), log), model.model(), log);
        ImageSize size = applied.get(INFERENCE_SIZE);
        var settings = new OnnxSettings(applied.get(BATCH), size.height(), size.width(), applied.get(DYNAMIC),
                applied.get(HALF), applied.get(NMS), applied.get(OPSET), new OnnxSettings.Selection(applied.get(CONF),
                        applied.get(IOU), applied.get(MAX_DET), applied.get(AGNOSTIC_NMS)));
        OnnxExport.write(output, model, settings, version);
        return "opset " + settings.opset() + ", " + OnnxExport.signature(model.model(), settings);
    }
}

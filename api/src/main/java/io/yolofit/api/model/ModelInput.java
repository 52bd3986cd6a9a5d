package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.DEPTH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.WIDTH;

import io.yolofit.base.Messages;
import io.yolofit.base.yaml.YamlException;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.plan.Phases;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.weights.TorchFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The model that `model=` names, and how it is used.
public final class ModelInput {
    /// Metadata key of our own files: the training options, as YAML.
    public static final String OPTIONS = "yolofit.options";
    /// Metadata key of imported files: the training options of the reference, as JSON.
    public static final String IMPORTED_OPTIONS = "yolofit.imported";

    private ModelInput() {}

    /// The model without weights, from a name, an architecture file or a weights file.
    ///
    /// @param classes number of classes; if empty, that of the architecture or the file
    public static Model architecture(Options options, OptionalInt classes) {
        String name = options.get(MODEL);
        ModelChoice.requireNotExported(name);
        ModelChoice.requireNoMultiples(name, options.find(DEPTH), options.find(WIDTH));
        if (!ModelFile.isWeights(name)) {
            ArchitectureCatalog.Sized sized = ArchitectureCatalog.find(name)
                    .with(options.find(DEPTH), options.find(WIDTH));
            return Model.of(sized, classes.orElse(sized.architecture().classes()));
        }
        Model model = ModelChoice.trained(name).model();
        return classes.isEmpty() || classes.getAsInt() == model.head().classes() ? model
                : Model.of(new ArchitectureCatalog.Sized(model.architecture(), model.scale()), classes.getAsInt());
    }

    /// The options that the model of a file was trained with; empty if the file does not record them.
    public static Map<String, Object> trainingOptions(String name, ModelFile file) {
        if (!ModelFile.isSafetensors(name)) {
            return TorchFile.read(Path.of(name)).trainArgs();
        }
        Map<String, String> metadata = file.weights().metadata();
        return Optional.ofNullable(metadata.get(OPTIONS)).or(() -> Optional.ofNullable(metadata.get(IMPORTED_OPTIONS)))
                .map(ModelInput::parse).orElse(Map.of());
    }

    /// JSON is a subset of YAML, so one reader suffices.
    private static Map<String, Object> parse(String text) {
        Map<String, Object> options = new LinkedHashMap<>();
        try {
            if (YamlText.values(text, OPTIONS) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> options.put(String.valueOf(key), value));
            }
        } catch (YamlException _) {
            return Map.of(); // informational only: a file is not refused for it
        }
        return options;
    }

    /// The options with an image size that is a multiple of the model's stride.
    public static Options withImageSize(Options options, Model model, Messages console) {
        if (options.mode() != Mode.INFO && options.find(IMGSZ_SCHEDULE).isPresent()) {
            Options resolved = Phases.resolved(options, model.stride());
            if (!resolved.get(IMGSZ_SCHEDULE).equals(options.get(IMGSZ_SCHEDULE))) {
                console.warn("imgsz=" + options.get(IMGSZ_SCHEDULE) + " has sizes that are not multiples of the stride "
                        + model.stride() + " of " + model.name() + "; using " + resolved.get(IMGSZ_SCHEDULE));
            }
            return resolved;
        }
        int requested = options.get(IMGSZ);
        int rounded = imageSize(requested, model, console);
        return rounded == requested ? options
                : options.with(IMGSZ, rounded, requested + " rounded up to a multiple of the stride "
                        + model.stride());
    }

    /// The options of inference with an image size whose sides are multiples of the model's stride; square for `val`.
    public static Options withInferenceSize(Options options, Model model, Messages console) {
        return withInferenceSize(options, model.stride(), model.name(), console);
    }

    /// The same for a model with this stride and name.
    public static Options withInferenceSize(Options options, int stride, String name, Messages console) {
        ImageSize requested = options.get(INFERENCE_SIZE);
        boolean square = requested.height() == requested.width();
        if (!square && options.mode() == Mode.VAL) {
            console.warn("imgsz=" + requested.height() + "," + requested.width() + ": val letterboxes images to a "
                    + "square of the longer side, " + requested.longSide() + "; rect=true reduces the padding");
            return options.with(INFERENCE_SIZE,
                    ImageSize.square(imageSize(requested.longSide(), stride, name, console)));
        }
        int height = imageSize(requested.height(), stride, name, console);
        return options.with(INFERENCE_SIZE,
                new ImageSize(height, square ? height : imageSize(requested.width(), stride, name, console)));
    }

    /// The image size rounded up to a multiple of the model's stride, with a warning if that changes it. Pixels.
    public static int imageSize(int requested, Model model, Messages console) {
        return imageSize(requested, model.stride(), model.name(), console);
    }

    private static int imageSize(int requested, int stride, String name, Messages console) {
        int rounded = Math.ceilDiv(requested, stride) * stride;
        if (rounded != requested) {
            console.warn("imgsz=" + requested + " is not a multiple of the stride " + stride + " of " + name
                    + "; using " + rounded);
        }
        return rounded;
    }
}

package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.HALF;

import io.yolofit.app.console.Console;
import io.yolofit.engine.Engine;
import io.yolofit.graph.DType;
import io.yolofit.train.options.Options;
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
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What `model=` names.
final class ModelInput {
    /// Metadata of our own files: the options of the training, as YAML.
    private static final String OPTIONS = "yolofit.options";
    /// Metadata of imported files: the same, of whoever trained the model.
    static final String IMPORTED_OPTIONS = "yolofit.imported";
    private static final String IMAGE_SIZE = "imgsz";

    private ModelInput() {}

    /// The model alone, of a name, an architecture or a file with weights.
    ///
    /// @param classes that it is to tell apart; if not given, what the architecture or the file says
    static Model architecture(String name, OptionalInt classes) {
        if (!ModelFile.isWeights(name)) {
            ArchitectureCatalog.Sized sized = ArchitectureCatalog.find(name);
            return Model.of(sized, classes.orElse(sized.architecture().classes()));
        }
        Model model = ModelChoice.trained(name).model();
        return classes.isEmpty() || classes.getAsInt() == model.head().classes() ? model
                : Model.of(new ArchitectureCatalog.Sized(model.architecture(), model.scale()), classes.getAsInt());
    }

    /// The options that a file's model was trained with; empty if the file does not say.
    static Map<String, Object> trainingOptions(String name, ModelFile file) {
        if (!name.endsWith(".safetensors")) {
            return TorchFile.read(Path.of(name)).trainArgs();
        }
        Map<String, String> metadata = file.weights().metadata();
        return Optional.ofNullable(metadata.get(OPTIONS)).or(() -> Optional.ofNullable(metadata.get(IMPORTED_OPTIONS)))
                .map(ModelInput::parse).orElse(Map.of());
    }

    /// JSON is YAML, so one reader serves both.
    private static Map<String, Object> parse(String text) {
        Map<String, Object> options = new LinkedHashMap<>();
        try {
            if (new Load(LoadSettings.builder().build()).loadFromString(text) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> options.put(String.valueOf(key), value));
            }
        } catch (YamlEngineException _) {
            return Map.of(); // only shown, and used for a hint: a file is not refused for it
        }
        return options;
    }

    /// Says so if the model was trained at another image size than it is used at.
    static void hintImageSize(Map<String, Object> trainingOptions, int imageSize, Console console) {
        Object trained = trainingOptions.get(IMAGE_SIZE);
        if (trained instanceof Number number && number.intValue() != imageSize) {
            console.line("note: the model was trained at imgsz=" + number + ", and runs here at imgsz=" + imageSize);
        }
    }

    /// The element type that `half=` comes to on an engine.
    static DType half(Options options, Engine engine, Console console) {
        if (options.get(HALF) && engine.mixedPrecision() == DType.F32) {
            console.warn("half=true: " + engine.description() + " gains nothing from half precision; fp32 is used");
        }
        return options.get(HALF) ? engine.mixedPrecision() : DType.F32;
    }

    /// The image size rounded up to a multiple of the model's stride, with a word if that changes it.
    static int imageSize(int asked, Model model, Console console) {
        int stride = model.stride();
        int rounded = Math.ceilDiv(asked, stride) * stride;
        if (rounded != asked) {
            console.warn("imgsz=" + asked + " is not a multiple of the stride " + stride + " of " + model.name()
                    + "; " + rounded + " is used");
        }
        return rounded;
    }
}

package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.ARCHITECTURE;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.RESULT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Converts a PyTorch checkpoint to safetensors with its architecture, classes and training options. No code of the
/// checkpoint is executed, and no native library is needed.
///
/// @param options of `import`
/// @param model   that was read
public record ModelImport(Options options, ModelFile model) {
    private static final String TARGET = ".safetensors";

    /// The written file.
    ///
    /// @param trainedWith the options that the model was trained with, as far as the checkpoint has them
    public record Written(Path file, long bytes, Map<String, Object> trainedWith) {
    }

    /// Reads the model.
    ///
    /// @throws YoloFitException if the file has the target's format already
    public static ModelImport of(Options options, Messages log) {
        String name = options.get(MODEL);
        Optional<String> architecture = options.find(ARCHITECTURE);
        if (name.endsWith(TARGET) && architecture.isEmpty()) {
            throw new YoloFitException(Failure.naming(name, name + " is already a safetensors file",
                    "give a .pt checkpoint, or architecture= if the file has tensors only"));
        }
        return new ModelImport(options, architecture.isPresent()
                ? ModelChoice.trained(name, architecture.get(), log::line) : ModelChoice.trained(name));
    }

    /// Writes the file.
    ///
    /// @throws YoloFitException if it exists and `exist_ok` is false, or has the extension of another format
    public Written write() throws IOException {
        Path output = output();
        Map<String, Object> trainedWith = ModelInput.trainingOptions(options.get(MODEL), model);
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model.model(), model.names()));
        metadata.put(ModelInput.IMPORTED_OPTIONS, json(trainedWith));
        if (output.toAbsolutePath().getParent() != null) {
            Files.createDirectories(output.toAbsolutePath().getParent());
        }
        SafetensorsFile.write(output, StateWeights.write(model.model(), model.values(), metadata));
        return new Written(output, Files.size(output), trainedWith);
    }

    private Path output() {
        String name = options.get(MODEL);
        Path output = options.find(RESULT).map(Path::of)
                .orElseGet(() -> Path.of(name.substring(0, name.lastIndexOf('.')) + TARGET));
        if (!output.toString().endsWith(TARGET)) {
            throw new YoloFitException(Failure.at("output=" + output, "the file name must end with " + TARGET, "")
                    .withRemedy("give a name that ends with " + TARGET));
        }
        if (Files.exists(output) && !options.get(EXIST_OK)) {
            throw new YoloFitException(Failure.naming(output, output + " already exists",
                    "give another output=, or exist_ok=true to overwrite it"));
        }
        return output;
    }

    private static String json(Map<String, Object> values) {
        try {
            return new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values convert to JSON: " + values, impossible);
        }
    }
}

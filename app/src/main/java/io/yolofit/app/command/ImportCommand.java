package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.ARCHITECTURE;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.RESULT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.api.model.ModelInput;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
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

/// `yolofit import`: converts a PyTorch checkpoint to safetensors with its architecture, classes and training options.
/// No code of the checkpoint is executed, and no native library is needed.
public final class ImportCommand implements Command {
    private static final String TARGET = ".safetensors";

    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        String name = options.get(MODEL);
        Optional<String> architecture = options.find(ARCHITECTURE);
        if (name.endsWith(TARGET) && architecture.isEmpty()) {
            throw CommandException.usage(name + " is already a safetensors file; give a .pt checkpoint, or"
                    + " architecture= if the file has tensors only");
        }
        ModelFile model = architecture.isPresent() ? ModelChoice.trained(name, architecture.get(), console::line)
                : ModelChoice.trained(name);
        Path output = options.find(RESULT).map(Path::of).orElseGet(() -> defaultOutput(name));
        if (!output.toString().endsWith(TARGET)) {
            throw CommandException.usage("output=" + output + ": the file name must end with " + TARGET);
        }
        if (Files.exists(output) && !options.get(EXIST_OK)) {
            throw CommandException.usage(output
                    + " already exists; give another output=, or exist_ok=true to overwrite it");
        }
        Map<String, Object> trainedWith = ModelInput.trainingOptions(name, model);
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model.model(), model.names()));
        metadata.put(ModelInput.IMPORTED_OPTIONS, json(trainedWith));
        if (output.toAbsolutePath().getParent() != null) {
            Files.createDirectories(output.toAbsolutePath().getParent());
        }
        SafetensorsFile.write(output, StateWeights.write(model.model(), model.values(), metadata));
        ModelFileSummary.lines(name, model, trainedWith).forEach(console::line);
        console.line("written to " + output + " (" + Units.bytes(Files.size(output)) + ")"
                + (options.find(RESULT).isPresent() ? "" : ", next to its input; output= names another file"));
        return ExitCode.OK;
    }

    private static Path defaultOutput(String name) {
        return Path.of(name.substring(0, name.lastIndexOf('.')) + TARGET);
    }

    private static String json(Map<String, Object> values) {
        try {
            return new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values convert to JSON: " + values, impossible);
        }
    }
}

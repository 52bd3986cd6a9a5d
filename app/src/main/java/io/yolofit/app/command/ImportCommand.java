package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.ANNOTATIONS;
import static io.yolofit.train.options.OptionTable.ARCHITECTURE;
import static io.yolofit.train.options.OptionTable.DIFFICULT;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMAGES;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.LINK;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAMES;
import static io.yolofit.train.options.OptionTable.RATIO;
import static io.yolofit.train.options.OptionTable.RESULT;
import static io.yolofit.train.options.OptionTable.SEED;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.api.model.ModelInput;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.ModelFileSummary;
import io.yolofit.app.report.data.ImportReport;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.importing.DatasetFolder;
import io.yolofit.data.importing.DatasetImport;
import io.yolofit.data.importing.ImportRequest;
import io.yolofit.data.importing.SplitShares;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `yolofit import`: converts annotations of another format to a data set, or a PyTorch checkpoint to safetensors with
/// its architecture, classes and training options. No code of the checkpoint is executed, and no native library is
/// needed for it.
public final class ImportCommand implements Command {
    private static final String TARGET = ".safetensors";
    /// Extensions that nobody gives to the folder of a data set: models, annotations, archives.
    private static final List<String> FILE_EXTENSIONS = List.of(".onnx", TARGET, ".pt", ".pth", ".json", ".yaml",
            ".yml", ".xml", ".txt", ".csv", ".zip", ".tar", ".gz", ".tgz");
    private static final List<Option<?>> OF_MODELS = List.of(MODEL, ARCHITECTURE);
    private static final List<Option<?>> OF_DATA = List.of(IMAGES, RATIO, SEED, NAMES, DIFFICULT, LINK, JSON);

    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        boolean data = options.find(ANNOTATIONS).isPresent();
        refuse(options, data ? OF_MODELS : OF_DATA, data ? "data=" : "model=");
        return data ? importData(options, console) : importModel(options, console);
    }

    static void refuse(Options options, List<Option<?>> unused, String with) {
        String given = unused.stream().filter(options::isGiven).map(option -> option.name() + "=")
                .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            throw CommandException.usage(given + (given.contains(",") ? " have" : " has") + " no effect with " + with
                    + "; remove " + (given.contains(",") ? "them" : "it"));
        }
    }

    private static ExitCode importData(Options options, Console console) throws IOException {
        Path output = output(options);
        var place = new DatasetFolder.Place(output, options.get(LINK), options.get(EXIST_OK));
        DatasetFolder.requireFree(place, Path.of(options.get(ANNOTATIONS)));
        DatasetImport read = DatasetImport.checked(new ImportRequest(Path.of(options.get(ANNOTATIONS)),
                options.find(IMAGES).map(Path::of),
                options.find(RATIO).map(ratio -> new SplitShares(ratio.train(), ratio.val(), ratio.test())),
                options.get(SEED), options.get(DIFFICULT), names(options)),
                ScanOptions.defaults());
        ImportReport report = ImportReport.of(read, output.toString());
        DatasetFolder.write(read, JsonText.of(report) + "\n", place);
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
            return ExitCode.OK;
        }
        report.lines().forEach(console::line);
        console.line("");
        console.line("written to " + output + "; `yolofit check data=" + output.resolve("data.yaml")
                + "` looks for mistakes");
        return ExitCode.OK;
    }

    private static List<String> names(Options options) {
        List<String> names = options.find(NAMES).stream().flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip).toList();
        if (names.contains("") || names.stream().distinct().count() < names.size()) {
            throw CommandException.usage("names=" + options.get(NAMES)
                    + " has an empty name, or one twice; give each class once, such as names=cat,dog");
        }
        return names;
    }

    /// The folder of `output=`. A name of a file, such as `best.onnx`, is refused before anything is read.
    static Path output(Options options) {
        Path output = options.find(RESULT).map(Path::of).orElseThrow(() -> CommandException.usage(
                "output= is missing: the folder to write the data set to"));
        String name = String.valueOf(output.getFileName()).toLowerCase(Locale.ROOT);
        FILE_EXTENSIONS.stream().filter(name::endsWith).findFirst().ifPresent(extension -> {
            throw CommandException.usage("output=" + output + " is the name of a file (" + extension + "), but data= is"
                    + " written as a folder of images and annotations: give output=FOLDER; to write a model, give"
                    + " model= instead of data=");
        });
        return output;
    }

    private static ExitCode importModel(Options options, Console console) throws IOException {
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

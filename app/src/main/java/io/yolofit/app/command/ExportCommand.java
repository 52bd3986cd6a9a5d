package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.DYNAMIC;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.FORMAT;
import static io.yolofit.train.options.OptionTable.HALF;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.LINK;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.OPSET;
import static io.yolofit.train.options.OptionTable.RESULT;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.importing.CocoExport;
import io.yolofit.data.importing.DataSource;
import io.yolofit.data.importing.DatasetFolder;
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

/// `yolofit export`: writes a trained model, or a data set, for other programs. No native library is needed for models.
///
/// @param version of the program, for the metadata of files
public record ExportCommand(String version) implements Command {
    private static final List<Option<?>> OF_SELECTION = List.of(CONF, IOU, AGNOSTIC_NMS);
    private static final List<Option<?>> OF_ONNX = List.of(INFERENCE_SIZE, BATCH, DYNAMIC, NMS, OPSET, CONF, IOU,
            MAX_DET, AGNOSTIC_NMS);

    private static final List<Option<?>> OF_MODELS = Stream.concat(Stream.of(MODEL, HALF), OF_ONNX.stream()).toList();

    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        boolean data = options.find(DATA).isPresent();
        ImportCommand.refuse(options, data ? OF_MODELS : List.of(LINK), data ? "data=" : "model=");
        return data ? exportData(options, console) : exportModel(options, console);
    }

    private static ExitCode exportData(Options options, Console console) throws IOException {
        if (options.isGiven(FORMAT) && options.get(FORMAT) != FormatChoice.COCO) {
            throw CommandException.usage("format=" + options.get(FORMAT).word() + " is for models; a data set is "
                    + "written as format=coco");
        }
        var place = new DatasetFolder.Place(ImportCommand.output(options), options.get(LINK), options.get(EXIST_OK));
        DatasetFolder.requireFree(place, Path.of(options.get(DATA)));
        Dataset dataset = DataSource.load(Path.of(options.get(DATA)), console::line);
        dataset.missing().values().forEach(console::warn);
        Map<String, SplitScan> scans = new LinkedHashMap<>();
        for (String name : List.of("train", "val", "test")) {
            if (dataset.hasSplit(name)) {
                SplitScan scan = dataset.split(name).scan(ScanOptions.defaults());
                scan.requireLabels();
                scan.problems().forEach(problem -> console.line(problem.toString()));
                console.line(scan.summary());
                scans.put(name, scan);
            }
        }
        CocoExport.write(scans, dataset.file(), place);
        console.line("written to " + place.folder() + ": annotations/" + scans.keySet().stream()
                .map(split -> "instances_" + split + ".json").collect(Collectors.joining(", ")) + ", and the images");
        return ExitCode.OK;
    }

    private ExitCode exportModel(Options options, Console console) throws IOException {
        String name = options.get(MODEL);
        FormatChoice format = options.get(FORMAT);
        if (format == FormatChoice.COCO) {
            throw CommandException.usage("format=coco is for a data set: give data= instead of model=");
        }
        ModelFile model = ModelChoice.trained(name);
        ModelChoice.warning(name, model).ifPresent(console::warn);
        Path output = output(options, name, format);
        warnOfOptionsWithoutEffect(options, model, console);
        if (output.toAbsolutePath().getParent() != null) {
            Files.createDirectories(output.toAbsolutePath().getParent());
        }
        String contents = switch (format) {
            case ONNX -> writeOnnx(output, model, options, console);
            case SAFETENSORS -> {
                SafetensorsFile.write(output, weights(model, options, metadata(model)));
                yield tensors(model, options);
            }
            case PT -> {
                TorchTensorsFile.write(output, weights(model, options, Map.of()));
                yield tensors(model, options);
            }
            case COCO -> throw new IllegalStateException("refused above");
        };
        console.line("written to " + output + " (" + Units.bytes(Files.size(output)) + "): " + contents);
        return ExitCode.OK;
    }

    private static Path output(Options options, String name, FormatChoice format) {
        String extension = "." + format.word();
        Path output = options.find(RESULT).map(Path::of)
                .orElseGet(() -> Path.of(name.substring(0, name.lastIndexOf('.')) + extension));
        if (!output.toString().endsWith(extension)) {
            throw CommandException.usage("output=" + output + ": the file name must end with " + extension
                    + ", as format=" + format.word());
        }
        if (output.toAbsolutePath().normalize().equals(Path.of(name).toAbsolutePath().normalize())) {
            throw CommandException.usage(output + " is the model itself; give another file as output=");
        }
        if (Files.exists(output) && !options.get(EXIST_OK)) {
            throw CommandException.usage(output
                    + " already exists; give another output=, or exist_ok=true to overwrite it");
        }
        return output;
    }

    private static void warnOfOptionsWithoutEffect(Options options, ModelFile model, Console console) {
        boolean onnx = options.get(FORMAT) == FormatChoice.ONNX;
        boolean selects = options.get(NMS) || model.model().head().endToEnd();
        List<Option<?>> unused = !onnx ? OF_ONNX : options.get(NMS) ? List.of()
                : selects ? OF_SELECTION : Stream.concat(OF_SELECTION.stream(), Stream.of(MAX_DET)).toList();
        String given = unused.stream().filter(options::isGiven).map(option -> option.name() + "=")
                .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            console.warn(given + (given.contains(",") ? " have" : " has") + " no effect "
                    + (onnx ? "without nms=true" : "with format=" + options.get(FORMAT).word()));
        }
    }

    private static Weights weights(ModelFile model, Options options, Map<String, String> metadata) {
        Weights weights = StateWeights.write(model.model(), model.values(), metadata);
        return options.get(HALF) ? weights.half() : weights;
    }

    /// The metadata of the model's file, without the state of its run.
    private static Map<String, String> metadata(ModelFile model) {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model.model(), model.names()));
        for (String key : List.of(ModelInput.OPTIONS, ModelInput.IMPORTED_OPTIONS)) {
            if (model.weights().metadata().containsKey(key)) {
                metadata.put(key, model.weights().metadata().get(key));
            }
        }
        return metadata;
    }

    private static String tensors(ModelFile model, Options options) {
        return model.values().size() + " tensors of " + model.model().name() + ", "
                + (options.get(HALF) ? "fp16" : "fp32");
    }

    private String writeOnnx(Path output, ModelFile model, Options given, Console console) {
        Options options = ModelInput.withInferenceSize(TrainedOptions.applied(given,
                ModelInput.trainingOptions(given.get(MODEL), model), console), model.model(), console);
        ImageSize size = options.get(INFERENCE_SIZE);
        var settings = new OnnxSettings(options.get(BATCH), size.height(), size.width(), options.get(DYNAMIC),
                options.get(HALF), options.get(NMS), options.get(OPSET), new OnnxSettings.Selection(options.get(CONF),
                        options.get(IOU), options.get(MAX_DET), options.get(AGNOSTIC_NMS)));
        OnnxExport.write(output, model, settings, version);
        return "opset " + settings.opset() + ", " + OnnxExport.signature(model.model(), settings);
    }
}

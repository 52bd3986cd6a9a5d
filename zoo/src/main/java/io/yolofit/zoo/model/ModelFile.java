package io.yolofit.zoo.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TorchCheckpoint;
import io.yolofit.zoo.weights.TorchFile;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A trained model in a file: architecture, class names and weights.
///
/// YoloFit's own format is safetensors with the metadata `yolofit.model` (name with scale), `yolofit.architecture` (the
/// YAML), `yolofit.scale` and `yolofit.names` (a JSON list), and, if they are not those of the scale, `yolofit.depth`
/// and `yolofit.width`. PyTorch checkpoints (`.pt`) contain the same facts as
/// pickled attributes of the model.
///
/// @param values parameters and statistics by name, in the graph's order
/// @param weights all tensors of the file
public record ModelFile(Model model, List<String> names, Map<String, float[]> values, Weights weights) {
    private static final String ARCHITECTURE = "yolofit.architecture";
    private static final String SCALE = "yolofit.scale";
    private static final String DEPTH = "yolofit.depth";
    private static final String WIDTH = "yolofit.width";
    private static final String NAMES = "yolofit.names";
    /// What to do with a file that has tensors only.
    static final String TENSORS_ONLY = "run yolofit train model=yolov8n pretrained=<file> to start from its tensors, "
            + "or yolofit import model=<file> architecture=yolov8n, with the name or .yaml of its model";

    public ModelFile {
        names = List.copyOf(names);
    }

    /// The same without tensors.
    public ModelFile withoutTensors() {
        return new ModelFile(model, names, Map.of(), new Weights(new LinkedHashMap<>(), weights.metadata()));
    }

    /// Whether the value of `model=` names a file with weights.
    public static boolean isWeights(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".pt") || lower.endsWith(".pth") || isSafetensors(name);
    }

    /// Reads a file that contains its architecture.
    ///
    /// @throws WeightsException if the file is damaged, of an unknown family, or its tensors do not fit its
    /// architecture
    public static ModelFile read(Path file) {
        return isSafetensors(file) ? readOwn(file) : readTorch(file);
    }

    /// Reads a file's tensors into a given architecture: for files with tensors only. The number of classes is that of
    /// the file; classes without names are called `class0` and so on.
    ///
    /// A built-in architecture gets the activation of SPPF that a checkpoint has. Tensors do not tell: SiLU is then
    /// assumed, as in older releases, and noted.
    ///
    /// @throws WeightsException if the file is damaged or its tensors do not fit the architecture
    public static ModelFile read(Path file, ArchitectureCatalog.Sized architecture, Consumer<String> notes) {
        if (isSafetensors(file)) {
            Weights weights = SafetensorsFile.read(file).unwrapped().withoutBatchCounts();
            int classes = classCount(weights, architecture);
            ArchitectureCatalog.Sized sized = isBuiltIn(architecture)
                    ? assumingSilu(architecture, TorchCheckpoint.tensorsOnly(weights), file, notes) : architecture;
            List<String> names = weights.metadata().containsKey(NAMES) ? names(weights.metadata().get(NAMES), file)
                    : numbered(classes);
            return of(sized, names, classes, weights, file);
        }
        TorchCheckpoint checkpoint = TorchFile.read(file);
        return ofTorch(checkpoint, isBuiltIn(architecture) ? assumingSilu(architecture, checkpoint, file, notes)
                : architecture, file);
    }

    private static ArchitectureCatalog.Sized assumingSilu(ArchitectureCatalog.Sized architecture,
            TorchCheckpoint checkpoint, Path file, Consumer<String> notes) {
        if (checkpoint.moduleClass().isEmpty()) {
            notes.accept("note: " + file + " does not tell whether the first convolution of SPPF has an activation;"
                    + " SiLU is assumed, as in older releases; if it has none, give architecture= a .yaml file");
        }
        return TorchArchitecture.withSppfActivation(architecture, checkpoint, file.toString());
    }

    private static boolean isBuiltIn(ArchitectureCatalog.Sized sized) {
        String family = sized.architecture().name();
        return ArchitectureCatalog.FAMILIES.contains(family)
                && ArchitectureCatalog.builtIn(family).text().equals(sized.architecture().text());
    }

    /// The tensors of a file alone, with the names of checkpoints: no architecture is needed.
    ///
    /// @throws WeightsException if the file is damaged
    public static Weights weights(Path file) {
        return isSafetensors(file) ? SafetensorsFile.read(file).unwrapped()
                : TorchFile.read(file).weights().withoutBatchCounts();
    }

    private static boolean isSafetensors(Path file) {
        return isSafetensors(file.toString());
    }

    /// Whether the file has the name of a safetensors file.
    public static boolean isSafetensors(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    /// Metadata of a safetensors file in YoloFit's format.
    public static Map<String, String> metadata(Model model, List<String> names) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("yolofit.model", model.name());
        metadata.put(ARCHITECTURE, model.architecture().text());
        metadata.put(SCALE, model.scale().name());
        metadata.put(NAMES, json(names));
        if (!model.hasStandardMultiples()) {
            metadata.put(DEPTH, Double.toString(model.scale().depth()));
            metadata.put(WIDTH, Double.toString(model.scale().width()));
        }
        return metadata;
    }

    private static ModelFile readOwn(Path file) {
        Weights weights = SafetensorsFile.read(file);
        Map<String, String> metadata = weights.metadata();
        for (String key : List.of(ARCHITECTURE, SCALE, NAMES)) {
            if (!metadata.containsKey(key)) {
                throw new WeightsException("no '" + key + "' in the metadata: the file does not say which model it is",
                        file.toString(), TENSORS_ONLY);
            }
        }
        Architecture architecture = ArchitectureReader.read(metadata.get(ARCHITECTURE), file.getFileName()
                + " (architecture)");
        List<String> names = names(metadata.get(NAMES), file);
        Model model = Model.of(new ArchitectureCatalog.Sized(architecture, architecture.scale(metadata.get(SCALE)))
                .with(multiple(metadata, DEPTH, file), multiple(metadata, WIDTH, file)), names.size());
        return new ModelFile(model, names, StateWeights.readAll(model, weights, file.toString()), weights);
    }

    private static Optional<Double> multiple(Map<String, String> metadata, String key, Path file) {
        String text = metadata.get(key);
        if (text != null && !text.matches("\\d{1,9}(\\.\\d{1,20})?(E-?\\d{1,3})?")) {
            throw new WeightsException("'" + key + "' is not a number: " + text, file.toString(),
                    "give another copy of the file: its metadata is damaged");
        }
        return Optional.ofNullable(text).map(Double::valueOf);
    }

    private static ModelFile readTorch(Path file) {
        TorchCheckpoint checkpoint = TorchFile.read(file);
        return ofTorch(checkpoint, TorchArchitecture.of(checkpoint, file.toString()), file);
    }

    private static ModelFile ofTorch(TorchCheckpoint checkpoint, ArchitectureCatalog.Sized sized, Path file) {
        List<String> names = List.copyOf(checkpoint.names().values());
        int classes = checkpoint.classCount().orElse(names.isEmpty() ? classCount(checkpoint.weights(), sized)
                : names.size());
        return of(sized, names.isEmpty() ? numbered(classes) : names, classes,
                checkpoint.weights().withoutBatchCounts(), file);
    }

    private static ModelFile of(ArchitectureCatalog.Sized sized, List<String> names, int classes, Weights weights,
            Path file) {
        Model model = Model.of(sized, classes);
        return new ModelFile(model, names, StateWeights.readAll(model, weights, file.toString()), weights);
    }

    /// The number of classes, from the last bias of the head.
    private static int classCount(Weights weights, ArchitectureCatalog.Sized sized) {
        String bias = "model." + (sized.architecture().layers().size() - 1) + ".cv3.0.2.bias";
        return weights.has(bias) ? Math.toIntExact(weights.get(bias).elementCount()) : sized.architecture().classes();
    }

    private static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(index -> "class" + index).toList();
    }

    /// Created where it is needed, which for most models is never.
    private static ObjectMapper mapper() {
        return JsonMapper.builder().build();
    }

    private static String json(List<String> names) {
        try {
            return mapper().writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("names cannot be written: " + names, e);
        }
    }

    private static List<String> names(String json, Path file) {
        try {
            return List.of(mapper().readValue(json, String[].class));
        } catch (JsonProcessingException | NullPointerException e) { // a list may not hold null
            throw new WeightsException("'" + NAMES + "' is not a JSON list of words: " + json, file.toString(),
                    "give another copy of the file: its metadata is damaged");
        }
    }
}

package io.yolofit.zoo.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TorchCheckpoint;
import io.yolofit.zoo.weights.TorchFile;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A trained model in a file: architecture, class names and weights.
///
/// YoloFit's own format is safetensors with the metadata `yolofit.model` (name with scale), `yolofit.architecture` (the
/// YAML), `yolofit.scale` and `yolofit.names` (a JSON list). PyTorch checkpoints (`.pt`) contain the same facts as
/// pickled attributes of the model.
///
/// @param values parameters and statistics by name, in the graph's order
/// @param weights all tensors of the file
public record ModelFile(Model model, List<String> names, Map<String, float[]> values, Weights weights) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String ARCHITECTURE = "yolofit.architecture";
    private static final String SCALE = "yolofit.scale";
    private static final String NAMES = "yolofit.names";
    private static final Pattern SPPF_ROW = Pattern.compile("\\{block: SPPF, [^}]*");

    public ModelFile {
        names = List.copyOf(names);
    }

    /// Whether the value of `model=` names a file with weights.
    public static boolean isWeights(String name) {
        return name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".safetensors");
    }

    /// @throws WeightsException if the file is damaged, of an unknown family, or its tensors do not fit its
    /// architecture
    public static ModelFile read(Path file) {
        return file.toString().endsWith(".safetensors") ? readOwn(file) : readTorch(file);
    }

    /// Metadata of a safetensors file in YoloFit's format.
    public static Map<String, String> metadata(Model model, List<String> names) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("yolofit.model", model.name());
        metadata.put(ARCHITECTURE, model.architecture().text());
        metadata.put(SCALE, model.scale().name());
        metadata.put(NAMES, json(names));
        return metadata;
    }

    private static ModelFile readOwn(Path file) {
        Weights weights = SafetensorsFile.read(file);
        Map<String, String> metadata = weights.metadata();
        for (String key : List.of(ARCHITECTURE, SCALE, NAMES)) {
            if (!metadata.containsKey(key)) {
                throw new WeightsException("no '" + key + "' in the metadata: the file does not say which model it is",
                        file.toString(), "a checkpoint of YoloFit's own, or the output of 'yolofit import'");
            }
        }
        Architecture architecture = ArchitectureReader.read(metadata.get(ARCHITECTURE), file.getFileName()
                + " (architecture)");
        List<String> names = names(metadata.get(NAMES), file);
        Model model = Model.of(new ArchitectureCatalog.Sized(architecture, architecture.scale(metadata.get(SCALE))),
                names.size());
        return new ModelFile(model, names, StateWeights.readAll(model, weights, file.toString()), weights);
    }

    private static ModelFile readTorch(Path file) {
        TorchCheckpoint checkpoint = TorchFile.read(file);
        ArchitectureCatalog.Sized sized = withSppfActivation(architecture(checkpoint, file), checkpoint);
        List<String> names = names(checkpoint);
        int classes = checkpoint.classCount().orElse(names.isEmpty() ? Architecture.DEFAULT_CLASSES : names.size());
        if (names.isEmpty()) {
            names = new ArrayList<>();
            for (int i = 0; i < classes; i++) {
                names.add("class" + i);
            }
        }
        Model model = Model.of(sized, classes);
        Weights weights = checkpoint.weights().withoutBatchCounts();
        return new ModelFile(model, names, StateWeights.readAll(model, weights, file.toString()), weights);
    }

    private static List<String> names(TorchCheckpoint checkpoint) {
        SortedMap<Integer, String> names = checkpoint.names();
        return List.copyOf(names.values());
    }

    private static ArchitectureCatalog.Sized architecture(TorchCheckpoint checkpoint, Path file) {
        String name = modelName(checkpoint, file);
        try {
            return ArchitectureCatalog.known(name);
        } catch (ArchitectureException e) {
            throw new WeightsException("a model of unknown family: '" + name + "'", file.toString(),
                    "a checkpoint of one of the families " + ArchitectureCatalog.FAMILIES, e);
        }
    }

    /// The model's name with its scale, from the YAML in the checkpoint.
    private static String modelName(TorchCheckpoint checkpoint, Path file) {
        Object yamlFile = checkpoint.yaml().get("yaml_file");
        Object scale = checkpoint.yaml().get("scale");
        if (yamlFile == null) {
            throw new WeightsException("the checkpoint does not say which model it is (no 'yaml_file')",
                    file.toString(),
                    "a whole checkpoint of one of the families " + ArchitectureCatalog.FAMILIES);
        }
        String stem = Path.of(yamlFile.toString()).getFileName().toString().replaceAll("\\.ya?ml$", "");
        Matcher matcher = Pattern.compile("(yolov?\\d+)([nsmlx])?(u)?(-p\\d)?").matcher(stem);
        if (!matcher.matches()) {
            throw new WeightsException("a model of unknown family: '" + stem + "'", file.toString(),
                    "a checkpoint of one of the families " + ArchitectureCatalog.FAMILIES);
        }
        String letter = matcher.group(2) != null ? matcher.group(2) : scale == null ? "" : scale.toString();
        return matcher.group(1) + letter + (matcher.group(4) == null ? "" : matcher.group(4));
    }

    /// Older releases have SiLU after the first convolution of SPPF; the checkpoint's modules tell.
    private static ArchitectureCatalog.Sized withSppfActivation(ArchitectureCatalog.Sized sized,
            TorchCheckpoint checkpoint) {
        Architecture architecture = sized.architecture();
        for (var layer : architecture.layers()) {
            if (layer.block().equals("SPPF")) {
                boolean silu = checkpoint.activation("model." + layer.index() + ".cv1").orElse("SiLU").equals("SiLU");
                if (silu) {
                    String text = SPPF_ROW.matcher(architecture.text()).replaceFirst("$0, activation: true");
                    Architecture changed = ArchitectureReader.read(text, architecture.name() + ".yaml");
                    return new ArchitectureCatalog.Sized(changed, sized.scale());
                }
            }
        }
        return sized;
    }

    private static String json(List<String> names) {
        try {
            return JSON.writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("names cannot be written: " + names, e);
        }
    }

    private static List<String> names(String json, Path file) {
        try {
            return List.of(JSON.readValue(json, String[].class));
        } catch (JsonProcessingException | NullPointerException e) { // a list may not hold null
            throw new WeightsException("'" + NAMES + "' is not a JSON list of words: " + json, file.toString(),
                    "another copy of the file: its metadata is damaged");
        }
    }
}

package io.yolofit.zoo.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.graph.ModelException;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.weights.TorchCheckpoint;
import io.yolofit.zoo.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The architecture of a PyTorch checkpoint, from the architecture's YAML that the checkpoint contains as a dict.
///
/// The dict is written as YAML again and read like a file; so a model whose architecture file had any name is found. If
/// it builds the same graph as the built-in model of its name, the built-in architecture is used, which is nicer to
/// read. A checkpoint without layers in its dict is found by the name of its file alone.
final class TorchArchitecture {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final List<String> LAYER_KEYS = List.of("backbone", "head");
    /// Facts of the dict that are not part of an architecture file.
    private static final Set<String> FACTS = Set.of("yaml_file", "scale", "names", "task", "inplace");
    private static final Set<String> INPUT_CHANNELS = Set.of("ch", "channels");
    private static final int RGB = 3;
    private static final int BLOCK = 2;
    private static final int ARGUMENTS = 3;
    private static final int SPPF_ACTIVATION = 4; // index among the arguments of SPPF

    private final TorchCheckpoint checkpoint;
    private final String file;

    private TorchArchitecture(TorchCheckpoint checkpoint, String file) {
        this.checkpoint = checkpoint;
        this.file = file;
    }

    /// @param file for messages
    /// @throws WeightsException if the checkpoint does not contain an architecture, or one that cannot be built
    static Sized of(TorchCheckpoint checkpoint, String file) {
        var reader = new TorchArchitecture(checkpoint, file);
        return LAYER_KEYS.stream().anyMatch(checkpoint.yaml()::containsKey) ? reader.fromLayers()
                : reader.withSppfActivation(reader.fromName());
    }

    /// A built-in architecture with the activation of SPPF that the checkpoint has; SiLU if it does not tell.
    static Sized withSppfActivation(Sized sized, TorchCheckpoint checkpoint, String file) {
        return new TorchArchitecture(checkpoint, file).withSppfActivation(sized);
    }

    private Sized fromLayers() {
        try {
            Architecture architecture = ArchitectureReader.read(text(), file + " (architecture)");
            boolean oneSize = architecture.scales().isEmpty() || architecture.scales().containsKey("");
            Sized read = new Sized(architecture, architecture.scale(oneSize ? "" : word("scale")));
            Sized builtIn = ArchitectureCatalog.named(stem(), word("scale"))
                    .map(name -> withSppfActivation(ArchitectureCatalog.known(name))).orElse(read);
            return graph(builtIn).equals(graph(read)) ? builtIn : read;
        } catch (ArchitectureException | ModelException e) {
            throw new WeightsException("the architecture in the checkpoint cannot be built: " + e.getMessage(), file,
                    "give a checkpoint of one of the families " + ArchitectureCatalog.FAMILIES
                    + ", or of their blocks", e);
        }
    }

    private static String graph(Sized sized) {
        Model model = Model.of(sized, 1);
        return model.forward(1, model.stride(), model.stride()).toString();
    }

    /// The dict as a YAML file, whose values are JSON. Keys that would change the model are left to the reader, which
    /// refuses them by name.
    private String text() {
        String name = base().isEmpty() ? name(file) : base();
        StringBuilder text = new StringBuilder("name: ").append(json(name)).append('\n');
        int index = 0;
        for (Map.Entry<String, Object> entry : checkpoint.yaml().entrySet()) {
            String key = entry.getKey();
            if (LAYER_KEYS.contains(key) && entry.getValue() instanceof List<?> rows) {
                text.append(key).append(":\n");
                for (Object row : rows) {
                    text.append("  - ").append(json(withSppfActivation(row, index++))).append('\n');
                }
            } else if (entry.getValue() != null && !FACTS.contains(key)
                    && !(INPUT_CHANNELS.contains(key) && entry.getValue().equals((long) RGB))) {
                text.append(json(key)).append(": ").append(json(entry.getValue())).append('\n');
            }
        }
        return text.toString();
    }

    /// `[from, repeats, SPPF, [out, kernel, pools, shortcut]]` with one more argument if the checkpoint has SiLU there.
    private Object withSppfActivation(Object row, int index) {
        if (!(row instanceof List<?> fields && fields.size() > ARGUMENTS && "SPPF".equals(fields.get(BLOCK))
                && fields.get(ARGUMENTS) instanceof List<?> arguments && arguments.size() <= SPPF_ACTIVATION
                && isSilu(index))) {
            return row;
        }
        List<Object> extended = new ArrayList<>(arguments);
        while (extended.size() < SPPF_ACTIVATION) {
            extended.add(null);
        }
        extended.add(true);
        List<Object> changed = new ArrayList<>(fields);
        changed.set(ARGUMENTS, extended);
        return changed;
    }

    /// Older releases have SiLU after the first convolution of SPPF; the checkpoint's modules tell.
    private boolean isSilu(int layer) {
        return checkpoint.activation("model." + layer + ".cv1").orElse("SiLU").equals("SiLU");
    }

    private Sized withSppfActivation(Sized sized) {
        Architecture architecture = sized.architecture();
        for (var layer : architecture.layers()) {
            if (layer.block().equals("SPPF") && isSilu(layer.index())) {
                return new Sized(ArchitectureReader.with(architecture, layer, "activation", true), sized.scale(),
                        sized.source());
            }
        }
        return sized;
    }

    private Sized fromName() {
        if (base().isEmpty()) {
            throw new WeightsException(checkpoint.yaml().isEmpty() && checkpoint.moduleClass().isEmpty()
                    ? "the file has tensors only and does not say which model it is"
                    : "the checkpoint does not say which model it is (no 'yaml_file')", file, ModelFile.TENSORS_ONLY);
        }
        return ArchitectureCatalog.named(stem(), word("scale")).map(ArchitectureCatalog::known).orElseThrow(() ->
                new WeightsException("a model of unknown family: '" + stem() + "'", file,
                        "give a checkpoint of one of the families " + ArchitectureCatalog.FAMILIES));
    }

    /// Name of the architecture's file without folders; empty if there is none.
    private String base() {
        return name(word("yaml_file"));
    }

    private static String name(String path) {
        return path.replaceAll(".*[/\\\\]", "");
    }

    private String stem() {
        return base().replaceAll("\\.ya?ml$", "");
    }

    private String word(String key) {
        return checkpoint.yaml().get(key) instanceof String word ? word : "";
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values are always JSON: " + value, impossible);
        }
    }
}

package io.yolofit.train.trainer;

import io.yolofit.base.Failure;
import io.yolofit.train.program.NonFinite;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The model of a run and its initial weights.
///
/// @param names   class names of the data set
/// @param weights values of all parameters and statistics, by name
/// @param origin  of the weights, for the summary
public record ModelChoice(Model model, List<String> names, Map<String, float[]> weights, String origin) {
    /// Extensions of exported models.
    private static final List<String> EXPORTED = List.of(".onnx", ".engine", ".torchscript", ".tflite", ".mlpackage",
            ".mlmodel", ".pb");

    /// Weights of unspecified origin.
    public ModelChoice(Model model, List<String> names, Map<String, float[]> weights) {
        this(model, names, weights, "given weights");
    }

    /// All weights from a file.
    public static ModelChoice of(ModelFile file, List<String> names, Path path) {
        return new ModelChoice(file.model(), names, file.values(), origin(path.toString(), file.model(),
                file.values().size()));
    }

    private static String origin(String file, Model model, int tensors) {
        return "weights: " + tensors + " of " + model.state().size() + " tensors from " + file;
    }

    /// One line: model, scale, layers, parameters, GFLOPs, and where the weights come from.
    public String summary(int imageSize) {
        return "model: " + model.description(imageSize) + "; " + origin;
    }

    /// `model=` names an architecture, which is initialized at random, or a file with weights, which provides its
    /// architecture and all weights whose shapes match; `pretrained=` provides weights for an architecture.
    ///
    /// @param names      class names of the data set
    /// @param pretrained a file with weights
    /// @param seed       random seed of the initialization
    /// @throws WeightsException if the file is damaged or has values that are not finite
    public static ModelChoice forTraining(String name, Optional<String> pretrained, List<String> names, long seed,
            Consumer<String> notes) {
        return forTraining(name, Optional.empty(), Optional.empty(), pretrained, names, seed, notes);
    }

    /// As above, with other multiples of repeats and widths for an architecture with scales.
    public static ModelChoice forTraining(String name, Optional<Double> depth, Optional<Double> width,
            Optional<String> pretrained, List<String> names, long seed, Consumer<String> notes) {
        requireNotExported(name);
        Optional<ModelFile> trained = ModelFile.isWeights(name) ? Optional.of(ModelFile.read(existing(name)))
                : Optional.empty();
        if (ModelFile.isWeights(name) && pretrained.isPresent()) {
            notes.accept("pretrained=" + pretrained.get() + " is not used: model=" + name + " has weights of its own");
        }
        ArchitectureCatalog.Sized sized = trained.map(ModelFile::model)
                .map(model -> new ArchitectureCatalog.Sized(model.architecture(), model.scale()))
                .orElseGet(() -> ArchitectureCatalog.find(name).with(depth, width));
        requireNoMultiples(name, depth, width);
        Model model = Model.of(sized, names.size());
        if (!model.unusedLayers().isEmpty()) {
            notes.accept("layers that Detect does not depend on are not trained: " + model.unusedLayers());
        }
        Map<String, float[]> weights = new HashMap<>(Initializer.of(model, seed));
        Optional<String> file = trained.isPresent() ? Optional.of(name) : pretrained;
        if (file.isEmpty()) {
            return new ModelChoice(model, names, weights, random(seed));
        }
        StateWeights.Transfer transfer = StateWeights.readMatching(model,
                trained.map(ModelFile::weights).orElseGet(() -> ModelFile.weights(existing(file.get()))));
        if (transfer.values().isEmpty()) {
            throw new WeightsException("none of the tensors matches " + model.name() + ": "
                    + transfer.skipped().getFirst(), file.get(),
                    "give weights of " + model.name() + ", or another model=");
        }
        requireFinite(transfer.values(), file.get());
        negativeVariance(transfer.values()).ifPresent(found -> {
            throw new WeightsException(found, file.get(),
                    "give another copy of the file: a variance cannot be negative");
        });
        weights.putAll(transfer.values());
        if (!transfer.skipped().isEmpty()) {
            notes.accept("tensors that do not match are initialized at random: " + transfer.skipped().getFirst()
                    + (transfer.skipped().size() == 1 ? "" : " and " + (transfer.skipped().size() - 1) + " more"));
        }
        return new ModelChoice(model, names, weights, origin(file.get(), model, transfer.values().size()));
    }

    /// As [#trained(String)], with the tensors read into an architecture: a model's name or file.
    ///
    /// @param notes for assumptions about the file
    public static ModelFile trained(String name, String architecture, Consumer<String> notes) {
        return ModelFile.read(weightsFile(name), ArchitectureCatalog.find(architecture), notes);
    }

    /// The architecture of a file with weights, initialized at random: `pretrained=false`.
    ///
    /// @param names class names of the data set
    /// @param seed  random seed of the initialization
    public static ModelChoice untrained(String name, List<String> names, long seed, Consumer<String> notes) {
        Model trained = trained(name).model();
        Model model = Model.of(new ArchitectureCatalog.Sized(trained.architecture(), trained.scale()), names.size());
        notes.accept("pretrained=false: the weights of " + name + " are not used, only its architecture "
                + model.name());
        return new ModelChoice(model, names, Initializer.of(model, seed), random(seed));
    }

    /// A file with weights has its own multiples.
    ///
    /// @throws ArchitectureException if any is given for such a file
    public static void requireNoMultiples(String name, Optional<Double> depth, Optional<Double> width) {
        if (ModelFile.isWeights(name) && (depth.isPresent() || width.isPresent())) {
            String where = Stream.concat(depth.stream().map(value -> "depth=" + value),
                    width.stream().map(value -> "width=" + value)).collect(Collectors.joining(", "));
            throw new ArchitectureException(Failure.naming(where,
                    "depth= and width= apply to architectures, but model=" + name + " has weights of fixed shapes",
                    "leave them out, or give an architecture and pretrained=" + name));
        }
    }

    /// @throws ArchitectureException if the name is that of an exported file
    public static void requireNotExported(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (EXPORTED.stream().anyMatch(lower::endsWith)) {
            throw new ArchitectureException(Failure.at("model=" + name,
                    "exported files, such as ONNX files, cannot be trained: they have neither the layers nor all the "
                    + "weights of a training", "give the weights that the file was exported from (.safetensors, .pt, "
                    + ".pth), an architecture (.yaml) or a name (yolov8n)"));
        }
    }

    private static String random(long seed) {
        return "weights: initialized at random, seed " + seed;
    }

    /// Reads a file with weights.
    ///
    /// @throws ArchitectureException if the name is not that of a file with weights, or there is no such file
    public static ModelFile trained(String name) {
        return ModelFile.read(weightsFile(name));
    }

    private static Path weightsFile(String name) {
        if (!ModelFile.isWeights(name)) {
            throw new ArchitectureException(Failure.naming("model=" + name, "model '" + name + "' has no weights",
                    "give a file, such as runs/detect/train/weights/best.safetensors or yolov8n.pt"));
        }
        return existing(name);
    }

    /// A warning if weights of a model are not finite or a variance is negative, with the name of the first tensor.
    public static Optional<String> warning(String name, ModelFile file) {
        return NonFinite.in(file.values()).map(found -> name + ": " + found
                + "; its detections are not reliable: use a checkpoint from before its training diverged")
                .or(() -> negativeVariance(file.values()).map(found -> name + ": " + found
                        + "; its detections are not reliable: use another copy of the file"));
    }

    /// Which variance is negative, if one is; its square root is NaN.
    private static Optional<String> negativeVariance(Map<String, float[]> weights) {
        return weights.entrySet().stream().filter(entry -> entry.getKey().endsWith("running_var"))
                .filter(entry -> hasNegative(entry.getValue())).map(entry -> entry.getKey() + " is negative")
                .findFirst();
    }

    private static boolean hasNegative(float[] values) {
        for (float value : values) {
            if (value < 0) {
                return true;
            }
        }
        return false;
    }

    private static void requireFinite(Map<String, float[]> weights, String name) {
        NonFinite.in(weights).ifPresent(found -> {
            throw new WeightsException(found + ", so training from these weights would diverge at once", name,
                    "give a checkpoint from before its training diverged");
        });
    }

    private static Path existing(String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new ArchitectureException(Failure.naming(name, "there is no file '" + name
                    + "', and weights are not downloaded", "give a file that exists, or the name of an architecture to "
                            + "train from scratch"));
        }
        return path;
    }
}

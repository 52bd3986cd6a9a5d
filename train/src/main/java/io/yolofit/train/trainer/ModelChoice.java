package io.yolofit.train.trainer;

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
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The model of a run and its initial weights.
///
/// @param names   class names of the data set
/// @param weights values of all parameters and statistics, by name
public record ModelChoice(Model model, List<String> names, Map<String, float[]> weights) {
    /// `model=` names an architecture, which is initialized at random, or a file with weights, which provides its
    /// architecture and all weights whose shapes match; `pretrained=` provides weights for an architecture.
    ///
    /// @param names      class names of the data set
    /// @param pretrained a file with weights
    /// @param seed       random seed of the initialization
    /// @throws WeightsException if the file is damaged or has values that are not finite
    public static ModelChoice forTraining(String name, Optional<String> pretrained, List<String> names, long seed,
            Consumer<String> notes) {
        Optional<ModelFile> source = ModelFile.isWeights(name) ? Optional.of(ModelFile.read(existing(name)))
                : pretrained.map(file -> ModelFile.read(existing(file)));
        if (ModelFile.isWeights(name) && pretrained.isPresent()) {
            notes.accept("pretrained=" + pretrained.get() + " is not used: model=" + name + " has weights of its own");
        }
        ArchitectureCatalog.Sized sized = ModelFile.isWeights(name)
                ? new ArchitectureCatalog.Sized(source.orElseThrow().model().architecture(),
                        source.orElseThrow().model().scale())
                : ArchitectureCatalog.find(name);
        Model model = Model.of(sized, names.size());
        Map<String, float[]> weights = new HashMap<>(Initializer.of(model, seed));
        source.ifPresent(file -> {
            StateWeights.Transfer transfer = StateWeights.readMatching(model, file.weights());
            requireFinite(transfer.values(), ModelFile.isWeights(name) ? name : pretrained.orElseThrow());
            weights.putAll(transfer.values());
            notes.accept("weights: " + transfer.values().size() + " of " + model.state().size() + " tensors taken from "
                    + file.model().name() + (transfer.skipped().isEmpty() ? ""
                    : "; the others are initialized at random: " + transfer.skipped().getFirst()));
        });
        return new ModelChoice(model, names, weights);
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
        return new ModelChoice(model, names, Initializer.of(model, seed));
    }

    /// Reads a file with weights.
    ///
    /// @throws ArchitectureException if the name is not that of a file with weights, or there is no such file
    public static ModelFile trained(String name) {
        if (!ModelFile.isWeights(name)) {
            throw new ArchitectureException("model '" + name
                    + "' has no weights; give a file,"
                    + " such as runs/detect/train/weights/best.safetensors or yolov8n.pt");
        }
        return ModelFile.read(existing(name));
    }

    /// A warning if weights of a model are not finite, with their number and the name of the first tensor.
    public static Optional<String> warning(String name, ModelFile file) {
        return NonFinite.in(file.values()).map(found -> name + ": " + found
                + "; its detections are not reliable: use a checkpoint from before its training diverged");
    }

    private static void requireFinite(Map<String, float[]> weights, String name) {
        NonFinite.in(weights).ifPresent(found -> {
            throw new WeightsException(found + ", so training from these weights would diverge at once", name,
                    "a checkpoint from before its training diverged");
        });
    }

    private static Path existing(String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new ArchitectureException("there is no file '" + name
                    + "'; weights are not downloaded: give a file that exists, or the name of an architecture to train"
                    + " from scratch");
        }
        return path;
    }
}

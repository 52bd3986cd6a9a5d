package io.yolofit.train.trainer;

import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The model of a run and the weights it begins with.
///
/// @param weights of all parameters and statistics, by name
public record ModelChoice(Model model, List<String> names, Map<String, float[]> weights) {
    /// `model=` names an architecture, which begins untrained, or a file with weights, which gives its architecture and
    /// what of its weights fits; `pretrained=` gives weights to an architecture.
    ///
    /// @param names of the data set's classes
    /// @param pretrained a file with weights
    public static ModelChoice forTraining(String name, Optional<String> pretrained, List<String> names, long seed,
            Consumer<String> notes) {
        Optional<ModelFile> source = ModelFile.isWeights(name) ? Optional.of(ModelFile.read(existing(name)))
                : pretrained.map(file -> ModelFile.read(existing(file)));
        if (ModelFile.isWeights(name) && pretrained.isPresent()) {
            notes.accept("pretrained=" + pretrained.get() + " is left aside: model=" + name + " has weights already");
        }
        ArchitectureCatalog.Sized sized = ModelFile.isWeights(name)
                ? new ArchitectureCatalog.Sized(source.orElseThrow().model().architecture(),
                        source.orElseThrow().model().scale())
                : ArchitectureCatalog.find(name);
        Model model = Model.of(sized, names.size());
        Map<String, float[]> weights = new HashMap<>(Initializer.of(model, seed));
        source.ifPresent(file -> {
            StateWeights.Transfer transfer = StateWeights.readMatching(model, file.weights());
            weights.putAll(transfer.values());
            notes.accept("weights: " + transfer.values().size() + " of " + model.state().size() + " tensors taken from "
                    + file.model().name() + (transfer.skipped().isEmpty() ? "" : "; the others begin untrained, as "
                    + transfer.skipped().getFirst()));
        });
        return new ModelChoice(model, names, weights);
    }

    /// A file with weights, as it is.
    public static ModelFile trained(String name) {
        if (!ModelFile.isWeights(name)) {
            throw new io.yolofit.zoo.architecture.ArchitectureException("model '" + name
                    + "' has no weights; give a file,"
                    + " such as runs/detect/train/weights/best.safetensors or yolov8n.pt");
        }
        return ModelFile.read(existing(name));
    }

    private static Path existing(String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new io.yolofit.zoo.architecture.ArchitectureException("there is no file '" + name
                    + "'; weights are not downloaded: give a file that exists, or the name of an architecture to train"
                    + " from scratch");
        }
        return path;
    }
}

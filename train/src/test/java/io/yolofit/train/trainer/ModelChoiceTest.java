package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.testing.Engines;
import io.yolofit.testkit.SameBits;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.options.Options;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelChoiceTest {
    private static final long SEED_OF_CHOICE = 11;
    private static final List<String> THREE = List.of("circle", "square", "triangle");

    @TempDir
    static Path folder;
    private static Path trained;
    private static Path architecture;

    private final List<String> notes = new ArrayList<>();

    /// A model for three classes, trained for one epoch.
    @BeforeAll
    static void train() throws IOException {
        architecture = Files.writeString(folder.resolve("tiny.yaml"), TinyArchitecture.YAML);
        Options options = TinyRun.options().with(EPOCHS, 1).with(SEED, 5);
        try (TinyRun run = TinyRun.of(Engines.list().getFirst(), TinyRun.dataset(folder.resolve("data")), options,
                folder.resolve("weights"))) {
            run.trainer().run();
            trained = run.best();
        }
    }

    @Test
    void multiplesApplyToArchitecturesOnly() {
        ModelChoice narrow = ModelChoice.forTraining("yolov8n", Optional.of(.2), Optional.of(.125), Optional.empty(),
                THREE, 1, notes::add);
        assertThat(narrow.model().title()).isEqualTo("yolov8n, scale n, depth 0.2, width 0.125");
        assertThatThrownBy(() -> ModelChoice.forTraining(trained.toString(), Optional.empty(), Optional.of(.5),
                Optional.empty(), THREE, 1, notes::add))
                .hasMessageContaining("depth= and width= apply to architectures");
    }

    private ModelChoice choose(String model, Optional<String> pretrained, List<String> names) {
        return ModelChoice.forTraining(model, pretrained, names, SEED_OF_CHOICE, notes::add);
    }

    @Test
    void anArchitectureIsInitializedAtRandom() {
        ModelChoice choice = choose(architecture.toString(), Optional.empty(), THREE);

        assertSame(choice.weights(), Initializer.of(choice.model(), SEED_OF_CHOICE));
        assertThat(choice.names()).isEqualTo(THREE);
        assertThat(choice.model().head().classes()).isEqualTo(3);
        assertThat(notes).isEmpty();
        assertThat(choice.origin()).isEqualTo("weights: initialized at random, seed 11");
    }

    @Test
    void anArchitectureIsFoundByItsName() {
        ModelChoice choice = choose("yolov8n", Optional.empty(), List.of("cell"));

        assertThat(choice.model().name()).isEqualTo("yolov8n");
        assertThat(choice.model().head().classes()).isEqualTo(1);
    }

    @Test
    void aFileWithTheSameNumberOfClassesProvidesAllWeights() {
        ModelChoice choice = choose(trained.toString(), Optional.empty(), List.of("a", "b", "c"));

        assertSame(choice.weights(), ModelFile.read(trained).values());
        assertThat(choice.names()).as("class names of the data set").containsExactly("a", "b", "c");
        int tensors = choice.model().state().size();
        assertThat(notes).isEmpty();
        assertThat(choice.summary(64)).startsWith("model: tiny, 8 layers, ")
                .contains(" parameters, ", " GFLOPs at 64 px")
                .endsWith("; weights: " + tensors + " of " + tensors + " tensors from " + trained);
    }

    @Test
    void aFileWithOtherClassesProvidesTheWeightsOfMatchingShape() {
        ModelChoice choice = choose(trained.toString(), Optional.empty(), List.of("only"));

        Map<String, float[]> fresh = Initializer.of(choice.model(), SEED_OF_CHOICE);
        Map<String, float[]> file = ModelFile.read(trained).values();
        List<String> ofTheClasses = List.of("model.7.cv3.0.2.weight", "model.7.cv3.0.2.bias", "model.7.cv3.1.2.weight",
                "model.7.cv3.1.2.bias");
        choice.weights().forEach((name, values) -> assertThat(values).as(name)
                .isEqualTo((ofTheClasses.contains(name) ? fresh : file).get(name)));
        int tensors = choice.model().state().size();
        assertThat(notes).containsExactly("tensors that do not match are initialized at random: "
                + "model.7.cv3.0.2.weight is [3, 32, 1, 1], not [1, 32, 1, 1] and 3 more");
        assertThat(choice.origin())
                .isEqualTo("weights: " + (tensors - 4) + " of " + tensors + " tensors from " + trained);
    }

    @Test
    void pretrainedWeightsInitializeAnArchitecture() {
        ModelChoice choice = choose(architecture.toString(), Optional.of(trained.toString()), THREE);

        assertSame(choice.weights(), ModelFile.read(trained).values());
    }

    @Test
    void pretrainedWeightsOfAnotherArchitectureAreRejectedIfNoTensorFits() {
        assertThatThrownBy(() -> choose("yolov8n", Optional.of(trained.toString()), THREE))
                .isInstanceOf(WeightsException.class).hasMessageContaining("none of the tensors matches yolov8n: "
                        + "model.0.conv.weight is [8, 3, 3, 3], not [16, 3, 3, 3]");
    }

    @Test
    void pretrainedFileMayHaveTensorsOnly() {
        Path tensors = folder.resolve("tensors.safetensors");
        LinkedHashMap<String, TensorData> prefixed = new LinkedHashMap<>();
        ModelFile.read(trained).weights().tensors().forEach((name, tensor) -> prefixed.put("module." + name, tensor));
        SafetensorsFile.write(tensors, new Weights(prefixed));

        ModelChoice choice = choose(architecture.toString(), Optional.of(tensors.toString()), THREE);

        assertSame(choice.weights(), ModelFile.read(trained).values());
    }

    @Test
    void pretrainedFileWithoutAnyFittingTensorIsRejected() {
        Path tensors = folder.resolve("other.safetensors");
        SafetensorsFile.write(tensors, new Weights(new LinkedHashMap<>(
                Map.of("fc.bias", TensorData.of(new float[] {1}, 1)))));

        assertThatThrownBy(() -> choose("yolov8n", Optional.of(tensors.toString()), THREE))
                .isInstanceOf(WeightsException.class).hasMessageContaining("none of the tensors matches yolov8n")
                .hasMessageContaining("other.safetensors");
    }

    @Test
    void aMissingFileIsNotDownloaded() {
        for (Optional<String> pretrained : List.of(Optional.<String>empty(), Optional.of("nowhere/yolov8n.pt"))) {
            String model = pretrained.isPresent() ? "yolov8n" : "nowhere/yolov8n.pt";
            assertThatThrownBy(() -> choose(model, pretrained, THREE)).isInstanceOf(ArchitectureException.class)
                    .hasMessageContaining("there is no file 'nowhere/yolov8n.pt'")
                    .hasMessageContaining("not downloaded").hasMessageContaining("give a file that exists");
        }
    }

    @Test
    void theErrorForAnUnknownArchitectureListsTheKnownOnes() {
        assertThatThrownBy(() -> choose("yolov99n", Optional.empty(), THREE)).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("'yolov99n'").hasMessageContaining("yolov8n");
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        Path damaged = Files.write(folder.resolve("damaged.safetensors"), new byte[100]);

        assertThatThrownBy(() -> choose(damaged.toString(), Optional.empty(), THREE))
                .isInstanceOf(WeightsException.class).hasMessageContaining("damaged.safetensors");
    }

    @Test
    void nonFiniteWeightsAreRefusedForTrainingAndWarnedOf() {
        ModelFile file = ModelFile.read(trained);
        Map<String, float[]> values = new HashMap<>(file.values());
        float[] damaged = values.get("model.2.cv1.conv.weight").clone();
        damaged[0] = Float.NaN;
        damaged[1] = Float.NEGATIVE_INFINITY;
        values.put("model.2.cv1.conv.weight", damaged);
        Path nan = folder.resolve("nan.safetensors");
        SafetensorsFile.write(nan, StateWeights.write(file.model(), values,
                ModelFile.metadata(file.model(), file.names())));

        assertThatThrownBy(() -> choose(nan.toString(), Optional.empty(), THREE))
                .isInstanceOf(WeightsException.class)
                .hasMessageContainingAll("nan.safetensors", "2 values are not finite",
                        "the first in model.2.cv1.conv.weight");
        assertThatThrownBy(() -> choose(architecture.toString(), Optional.of(nan.toString()), THREE))
                .isInstanceOf(WeightsException.class);
        assertThat(ModelChoice.warning("nan.safetensors", ModelFile.read(nan))).get().asString()
                .contains("nan.safetensors: 2 values are not finite, the first in model.2.cv1.conv.weight");
        assertThat(ModelChoice.warning("best.safetensors", file)).isEmpty();
    }

    @Test
    void aNegativeVarianceIsRefusedForTrainingAndWarnedOf() {
        ModelFile file = ModelFile.read(trained);
        Map<String, float[]> values = new HashMap<>(file.values());
        float[] damaged = values.get("model.0.bn.running_var").clone();
        damaged[0] = -.5f;
        values.put("model.0.bn.running_var", damaged);
        Path negative = folder.resolve("negative.safetensors");
        SafetensorsFile.write(negative, StateWeights.write(file.model(), values,
                ModelFile.metadata(file.model(), file.names())));

        assertThatThrownBy(() -> choose(negative.toString(), Optional.empty(), THREE))
                .isInstanceOf(WeightsException.class)
                .hasMessageContainingAll("negative.safetensors", "model.0.bn.running_var is negative");
        assertThat(ModelChoice.warning("x", ModelFile.read(negative))).get().asString()
                .contains("x: model.0.bn.running_var is negative");
    }

    @Test
    void aTrainedModelMustBeAFile() {
        assertThat(ModelChoice.trained(trained.toString()).names()).isEqualTo(THREE);
        assertThatThrownBy(() -> ModelChoice.trained("yolov8n")).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("model 'yolov8n' has no weights").hasMessageContaining("best.safetensors");
        assertThatThrownBy(() -> ModelChoice.trained("gone.safetensors")).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("there is no file 'gone.safetensors'");
    }

    private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        SameBits.assertSame(actual, expected);
    }
}

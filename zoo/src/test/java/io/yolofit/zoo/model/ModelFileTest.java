package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.RowForm;
import io.yolofit.zoo.weights.CraftedCheckpoint;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ModelFileTest {
    @TempDir
    private Path folder;

    private final Model model = Models.small();
    private final Map<String, float[]> values = Initializer.of(model, 2);

    @Test
    void ownFilesRestoreTheModel() {
        ModelFile read = ModelFile.read(own(ModelFile.metadata(model, Models.NAMES)));
        assertThat(read.names()).isEqualTo(Models.NAMES);
        assertThat(read.model().name()).isEqualTo("yolov8n");
        assertThat(read.model().forward(1, 64, 64).toString()).isEqualTo(model.forward(1, 64, 64).toString());
        assertSameValues(read);
    }

    @Test
    void ownFilesRestoreOtherMultiples() {
        Model wide = Model.of(ArchitectureCatalog.known("yolov8n").with(Optional.of(.6), Optional.of(.3)),
                Models.NAMES.size());
        assertThat(wide.title()).isEqualTo("yolov8n, scale n, depth 0.6, width 0.3");
        Path file = folder.resolve("wide.safetensors");
        SafetensorsFile.write(file, StateWeights.write(wide, Initializer.of(wide, 1),
                ModelFile.metadata(wide, Models.NAMES)));
        Model read = ModelFile.read(file).model();
        assertThat(read.scale()).isEqualTo(wide.scale());
        assertThat(read.parameterCount()).isEqualTo(wide.parameterCount()).isGreaterThan(model.parameterCount());
        assertThatThrownBy(() -> ArchitectureCatalog.known("yolov9s").with(Optional.empty(), Optional.of(.3)))
                .isInstanceOf(ArchitectureException.class).hasMessageContaining("yolov9s has no scales");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.pt", "a.PT", "a.pth", "a.safetensors", "a.SafeTensors"})
    void weightsAreRecognizedByTheirExtensionInAnyCase(String name) {
        assertThat(ModelFile.isWeights(name)).isTrue();
        assertThat(ModelFile.isSafetensors(name)).isEqualTo(name.length() > 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolofit.architecture", "yolofit.scale", "yolofit.names"})
    void fileWithoutModelMetadataIsRejected(String key) {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model, Models.NAMES));
        metadata.remove(key);
        assertThatThrownBy(() -> ModelFile.read(own(metadata))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("no '" + key + "' in the metadata").hasMessageContaining("own.safetensors");
    }

    @Test
    void numberOfNamesMustFitTheWeights() {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model, Models.NAMES));
        metadata.put("yolofit.names", "[\"one\"]");
        assertThatThrownBy(() -> ModelFile.read(own(metadata))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("tensors of yolov8n do not fit: model.22.cv3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            yolofit.names        | {"0": "one"}           | 'yolofit.names' is not a JSON list of words
            yolofit.names        | [                      | 'yolofit.names' is not a JSON list of words
            yolofit.names        | [null]                 | 'yolofit.names' is not a JSON list of words
            yolofit.architecture | rows: [[-1, 1, Nope, [8]], [[0], 1, Detect, [nc]]] | unknown block 'Nope'
            yolofit.architecture | `rows: [`              | own.safetensors (architecture):
            yolofit.scale        | q                      | yolov8 has no scale 'q'
            """)
    void errorNamesDamagedMetadata(String key, String damaged, String expected) {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model, Models.NAMES));
        metadata.put(key, damaged);
        assertThatThrownBy(() -> ModelFile.read(own(metadata)))
                .isInstanceOfAny(WeightsException.class, ArchitectureException.class).hasMessageContaining(expected);
    }

    /// Older releases have SiLU there, newer ones have none; the rest of the graph is the same.
    @ParameterizedTest
    @CsvSource({"SiLU,true", "Identity,false"})
    void activationOfSppfFollowsTheModulesOfTheCheckpoint(String type, boolean activation) {
        Weights weights = StateWeights.write(model, values, Map.of());
        Path file = CraftedCheckpoint.of("yolov8n.yaml", weights.tensors(), type, Models.NAMES).write(folder);
        ModelFile read = ModelFile.read(file);
        assertThat(read.names()).isEqualTo(Models.NAMES);
        assertThat(read.model().name()).isEqualTo("yolov8n");
        assertThat(read.model().architecture().text().contains("activation: true")).isEqualTo(activation);
        assertThat(read.model().forward(1, 64, 64).toString().contains("bnact.forward[activation=IDENTITY"))
                .isNotEqualTo(activation);
        assertSameValues(read);
        Path ours = folder.resolve("copy.safetensors");
        SafetensorsFile.write(ours, StateWeights.write(read.model(), read.values(), ModelFile.metadata(read.model(),
                read.names())));
        ModelFile copy = ModelFile.read(ours);
        assertThat(copy.model().forward(1, 64, 64).toString()).isEqualTo(read.model().forward(1, 64, 64).toString());
        assertSameValues(copy);
    }

    @ParameterizedTest
    @CsvSource({"yolov8.yaml", "yolov8n.yaml", "/somewhere/yolov8n.yml"})
    void architectureOfACheckpointFollowsItsYamlFileAndScale(String yamlFile) {
        Weights weights = StateWeights.write(model, values, Map.of());
        Path file = CraftedCheckpoint.of(yamlFile, weights.tensors(), "SiLU", Models.NAMES).write(folder);
        assertThat(ModelFile.read(file).model().name()).isEqualTo("yolov8n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mine.yaml     | a model of unknown family: 'mine'
            ..            | a model of unknown family: '..'
            yolov8s.yaml  | tensors of yolov8s do not fit: model.0.conv.weight is [16, 3, 3, 3], not [32, 3, 3, 3]
            yolov3.yaml   | a model of unknown family: 'yolov3'
                          | the checkpoint does not say which model it is
            """)
    void checkpointOfAnUnknownModelIsRejected(String yamlFile, String expected) {
        Weights weights = StateWeights.write(model, values, Map.of());
        Path file = CraftedCheckpoint.of(yamlFile, weights.tensors(), "SiLU", Models.NAMES).write(folder);
        assertThatThrownBy(() -> ModelFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining(expected).hasMessageContaining(file.getFileName().toString())
                .hasMessageMatching("(?s).*\\R {4}(give|run) .*");
    }

    @ParameterizedTest
    @CsvSource({"mine.yaml,mine.yaml,SiLU", "C:\\models\\mine.yaml,mine.yaml,Identity", "yolov8n.yaml,yolov8n,SiLU",
        "/x/yolov8n.yaml,yolov8n,Identity"})
    void architectureOfACheckpointIsReadFromItsYamlDict(String yamlFile, String name, String activation) {
        Weights weights = StateWeights.write(model, values, Map.of());
        Map<String, Object> yaml = dict("n", yamlFile);
        Path file = CraftedCheckpoint.of(yaml, weights.tensors(), activation, Models.NAMES).write(folder);

        ModelFile read = ModelFile.read(file);

        assertThat(read.model().name()).isEqualTo(name);
        assertThat(read.names()).isEqualTo(Models.NAMES);
        assertThat(read.model().forward(1, 64, 64).toString().contains("bnact.forward[activation=IDENTITY"))
                .isEqualTo(activation.equals("Identity"));
        assertSameValues(read);
        Path copy = folder.resolve("copy.safetensors");
        SafetensorsFile.write(copy, StateWeights.write(read.model(), read.values(),
                ModelFile.metadata(read.model(), read.names())));
        assertThat(ModelFile.read(copy).model().forward(1, 64, 64).toString())
                .isEqualTo(read.model().forward(1, 64, 64).toString());
    }

    @Test
    void changedArchitectureUnderAFamilyNameIsNotTheBuiltInOne() {
        Map<String, Object> yaml = dict("n", "yolov8n.yaml");
        yaml.put("scales", Map.of("n", List.of(.33, .5, 1024)));
        Weights weights = StateWeights.write(model, values, Map.of());
        Path file = CraftedCheckpoint.of(yaml, weights.tensors(), "SiLU", Models.NAMES).write(folder);

        assertThatThrownBy(() -> ModelFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("model.0.conv.weight is [16, 3, 3, 3], not [32, 3, 3, 3]");
    }

    @Test
    void checkpointWithUnsupportedArchitectureIsRejected() {
        Map<String, Object> yaml = dict("n", "mine.yaml");
        yaml.put("activation", "torch.nn.Tanh()");
        Weights weights = StateWeights.write(model, values, Map.of());
        Path file = CraftedCheckpoint.of(yaml, weights.tensors(), "SiLU", Models.NAMES).write(folder);

        assertThatThrownBy(() -> ModelFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("the architecture in the checkpoint cannot be built")
                .hasMessageContaining("'activation' is 'torch.nn.Tanh()', but known are")
                .hasMessageContaining(file.toString());
    }

    /// The dict that training stores with a model: the parsed file, with its name and scale.
    private static Map<String, Object> dict(String scale, String yamlFile) {
        Map<String, Object> dict = new LinkedHashMap<>();
        Object file = new Load(LoadSettings.builder().build())
                .loadFromString(RowForm.of(ArchitectureCatalog.builtIn("yolov8")));
        ((Map<?, ?>) file).forEach((key, value) -> dict.put(key.toString(), value));
        dict.put("yaml_file", yamlFile);
        dict.put("scale", scale);
        dict.put("ch", 3);
        dict.put("nc", Models.NAMES.size());
        return dict;
    }

    @Test
    void tensorsAloneAreReadIntoAGivenArchitecture() {
        List<String> notes = new ArrayList<>();
        Map<String, TensorData> tensors = StateWeights.write(model, values, Map.of()).tensors();
        Path pt = CraftedCheckpoint.tensorsOnly(tensors, "module.", "state_dict").write(folder);
        Path safetensors = folder.resolve("tensors.safetensors");
        SafetensorsFile.write(safetensors, new Weights(new LinkedHashMap<>(tensors)));
        for (Path file : List.of(pt, safetensors)) {
            assertThatThrownBy(() -> ModelFile.read(file)).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("which model it is").hasMessageContaining("pretrained=<file>")
                    .hasMessageContaining("architecture=yolov8n");

            notes.clear();
            ModelFile read = ModelFile.read(file, ArchitectureCatalog.find("yolov8n"), notes::add);

            assertThat(read.names()).containsExactly("class0", "class1", "class2");
            assertThat(notes).singleElement().asString().contains("SiLU is assumed");
            assertThat(read.model().architecture().text()).contains("activation: true");
            assertSameValues(read);
            assertThat(ModelFile.weights(file).names()).contains("model.0.conv.weight");
        }
        assertThatThrownBy(() -> ModelFile.read(pt, ArchitectureCatalog.find("yolov8s"), notes::add))
                .isInstanceOf(WeightsException.class).hasMessageContaining("tensors of yolov8s do not fit");
    }

    @Test
    void givenArchitectureFileIsUsedAsItIs() throws IOException {
        Path architecture = Files.writeString(folder.resolve("linear-n.yaml"),
                RowForm.of(ArchitectureCatalog.builtIn("yolov8")));
        Path pt = CraftedCheckpoint.tensorsOnly(StateWeights.write(model, values, Map.of()).tensors(), "")
                .write(folder);
        ModelFile read = ModelFile.read(pt, ArchitectureCatalog.find(architecture.toString()), note -> {
            throw new AssertionError(note);
        });
        assertThat(read.model().architecture().text()).doesNotContain("activation");
    }

    @Test
    void realCheckpointOfTheReferenceIsImported() {
        String shared = System.getProperty("yolofit.shared", "");
        assumeTrue(!shared.isEmpty(), "-Dyolofit.shared does not name the folder with reference/bccd/yolov8n-320.pt");
        ModelFile read = ModelFile.read(Path.of(shared, "reference", "bccd", "yolov8n-320.pt"));
        assertThat(read.names()).containsExactly("RBC", "WBC", "Platelets");
        assertThat(read.model().name()).isEqualTo("yolov8n");
        assertThat(read.values().keySet()).containsExactlyElementsOf(values.keySet());
        assertThat(read.values().get("model.0.bn.running_var")).doesNotContain(1f);
        assertThat(read.model().architecture().text()).doesNotContain("activation");
    }

    private Path own(Map<String, String> metadata) {
        Path file = folder.resolve("own.safetensors");
        SafetensorsFile.write(file, StateWeights.write(model, values, metadata));
        return file;
    }

    private void assertSameValues(ModelFile read) {
        assertThat(read.values().keySet()).containsExactlyElementsOf(values.keySet());
        read.values().forEach((name, numbers) -> assertThat(numbers).as(name).isEqualTo(values.get(name)));
    }
}

package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real checkpoint: YOLOv8n, 320 px, three classes, trained by the reference.
class ReferenceCheckpointTest {
    private static final int TENSORS = 355;

    @TempDir
    Path folder;
    private Path reference;

    @BeforeEach
    void findTheCheckpoint() {
        String shared = System.getProperty("yolofit.shared", "");
        assumeTrue(!shared.isBlank() && Files.exists(Path.of(shared, "reference/bccd/yolov8n-320.pt")),
                "needs -Dyolofit.shared=<folder that holds reference/bccd/yolov8n-320.pt>");
        reference = Path.of(shared, "reference");
    }

    private TorchCheckpoint read() {
        return TorchFile.read(reference.resolve("bccd/yolov8n-320.pt"));
    }

    @Test
    void hasTheNamesAndShapesOfTheModelInOrder() throws IOException {
        Weights weights = read().weights();
        assertThat(weights.tensors()).hasSize(TENSORS);
        JsonNode keys = new ObjectMapper().readTree(reference.resolve("golden/yolov8n.json").toFile()).get("keys");
        List<String> expected = new ArrayList<>();
        List<String> different = new ArrayList<>();
        for (JsonNode key : keys) {
            String name = key.get(0).asText();
            expected.add(name);
            if (!List.of(boxed(weights.get(name).shape())).equals(numbers(key.get(1)))) {
                different.add(name);
            }
        }

        assertThat(weights.withoutBatchCounts().names()).containsExactlyElementsOf(expected);
        assertThat(different).isNotEmpty().allMatch(name -> name.startsWith("model.22.cv3."));
        assertThat(weights.get("model.22.cv3.0.2.weight").shape()).startsWith(3);
    }

    @Test
    void hasFiniteHalfPrecisionValuesAndPositiveVariances() {
        Weights weights = read().weights();

        weights.withoutBatchCounts().tensors().forEach((name, tensor) -> {
            assertThat(tensor.type()).as(name).isEqualTo(ElementType.F16);
            float least = Float.POSITIVE_INFINITY;
            for (float value : tensor.toFloats()) {
                least = Float.isFinite(value) ? Math.min(least, value) : Float.NaN;
            }
            assertThat(least).as(name).isNotNaN().isGreaterThan(name.endsWith("running_var") ? 0 : -Float.MAX_VALUE);
        });
        assertThat(weights.get("model.22.dfl.conv.weight").toFloats())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        // The averaged model, which was saved, does not count batches.
        assertThat(weights.get("model.0.bn.num_batches_tracked").toLongs()).containsExactly(0);
    }

    @Test
    void readsTheAttributesOfItsTraining() {
        TorchCheckpoint checkpoint = read();

        assertThat(checkpoint.source()).isEqualTo("model");
        assertThat(checkpoint.names()).containsExactly(entry(0, "RBC"), entry(1, "WBC"), entry(2, "Platelets"));
        assertThat(checkpoint.classCount()).hasValue(3);
        assertThat(checkpoint.strides()).containsExactly(8.0, 16.0, 32.0);
        assertThat(checkpoint.epoch()).hasValue(-1);
        assertThat(checkpoint.yaml()).containsEntry("scale", "n").containsEntry("nc", 3L);
        assertThat(checkpoint.trainArgs()).containsEntry("imgsz", 320L).containsEntry("lr0", 0.01)
                .containsEntry("optimizer", "auto").containsEntry("amp", true).containsEntry("time", null);
        assertThat(checkpoint.weights().metadata()).containsEntry("version", "8.4.41").containsKey("license");
    }

    @Test
    void firstConvolutionOfSppfIsLinear() {
        TorchCheckpoint checkpoint = read();

        assertThat(checkpoint.moduleClass()).containsEntry("model.9.cv1.act", "torch.nn.modules.linear.Identity")
                .containsEntry("model.22", "ultralytics.nn.modules.head.Detect");
        assertThat(checkpoint.activation("model.9.cv1")).hasValue("Identity");
        assertThat(checkpoint.activation("model.9.cv2")).hasValue("SiLU");
    }

    @Test
    void isUnchangedByConversionToSafetensors() {
        Weights weights = read().weights();
        Path file = folder.resolve("yolov8n.safetensors");

        SafetensorsFile.write(file, weights);

        assertThat(SafetensorsFile.read(file)).isEqualTo(weights);
    }

    private static Long[] boxed(long[] numbers) {
        Long[] boxed = new Long[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            boxed[i] = numbers[i];
        }
        return boxed;
    }

    private static List<Long> numbers(JsonNode array) {
        List<Long> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.asLong()));
        return numbers;
    }
}

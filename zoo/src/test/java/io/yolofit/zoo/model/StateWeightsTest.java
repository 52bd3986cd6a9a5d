package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.zoo.model.StateWeights.Transfer;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class StateWeightsTest {
    private static final String BIN_WEIGHTS = "model.22.dfl.conv.weight";

    private final Model model = Models.small();
    private final Map<String, float[]> values = Initializer.of(model, 1);
    private final Weights weights = StateWeights.write(model, values, Map.of("note", "hello"));

    @Test
    void writtenWeightsAreReadUnchanged() {
        Map<String, float[]> read = StateWeights.readAll(model, weights, "a file");
        assertThat(read.keySet()).containsExactlyElementsOf(values.keySet());
        read.forEach((name, numbers) -> assertThat(numbers).as(name).isEqualTo(values.get(name)));
        assertThat(weights.metadata()).containsEntry("note", "hello");
    }

    @Test
    void weightsOfAFlatBufferAreTheSameAndUseOneArray() {
        int length = values.values().stream().mapToInt(tensor -> tensor.length).sum();
        float[] flat = new float[length + 3];
        Map<String, Integer> offsets = new LinkedHashMap<>();
        int at = 3;
        for (Map.Entry<String, float[]> tensor : values.entrySet()) {
            offsets.put(tensor.getKey(), at);
            System.arraycopy(tensor.getValue(), 0, flat, at, tensor.getValue().length);
            at += tensor.getValue().length;
        }
        float[] file = new float[flat.length];
        Weights written = StateWeights.write(model, flat, offsets, file, Map.of("note", "hello"));
        assertThat(written).isEqualTo(weights);
        file[offsets.get("model.0.conv.weight")] = 17;
        assertThat(written.get("model.0.conv.weight").toFloats()).startsWith(17);
    }

    @Test
    void filesHaveTheirLayoutAndTheBinWeights() {
        assertThat(weights.get("model.0.conv.weight").shape()).containsExactly(16, 3, 3, 3);
        assertThat(weights.get(BIN_WEIGHTS).shape()).containsExactly(1, 16, 1, 1);
        assertThat(weights.get(BIN_WEIGHTS).toFloats()).startsWith(0, 1, 2).endsWith(14, 15);
        assertThat(weights.names()).hasSize(model.state().size() + 1);
    }

    @Test
    void readAllRejectsAModelForOtherClasses() {
        assertThatThrownBy(() -> StateWeights.readAll(Models.small(80), weights, "best.pt"))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("of 297 tensors of yolov8n do not fit: model.22.cv3.0.0.conv.weight is [64, 64,")
                .hasMessageContaining("not [80, 64, 3, 3]").hasMessageContaining("best.pt")
                .hasMessageContaining("give the model the file was made for, with as many classes");
    }

    @Test
    void readMatchingTakesFittingTensorsOfAModelForOtherClasses() {
        Model other = Models.small(80);
        Transfer transfer = StateWeights.readMatching(other, weights);
        assertThat(transfer.values()).containsKeys("model.0.conv.weight", "model.22.cv2.2.2.bias")
                .doesNotContainKeys("model.22.cv3.0.2.weight", "model.22.cv3.2.2.bias");
        assertThat(transfer.values().size() + transfer.skipped().size()).isEqualTo(other.state().size());
        assertThat(transfer.skipped()).contains("model.22.cv3.2.2.bias is [3], not [80]");
    }

    @Test
    void errorNamesMissingTensors() {
        Weights without = weights.select(name -> !name.startsWith("model.4.cv1"));
        assertThatThrownBy(() -> StateWeights.readAll(model, without, "best.pt")).isInstanceOf(WeightsException.class)
                .hasMessageContaining("5 of 297 tensors").hasMessageContaining("model.4.cv1.conv.weight is missing");
    }

    @Test
    void errorNamesTensorsOfAnotherShapeWithEqualElements() {
        Weights turned = changed("model.0.conv.weight", TensorData.of(new float[16 * 27], 16, 9, 1, 3));
        assertThatThrownBy(() -> StateWeights.readAll(model, turned, "best.pt")).isInstanceOf(WeightsException.class)
                .hasMessageContaining("1 of 297 tensors")
                .hasMessageContaining("model.0.conv.weight is [16, 9, 1, 3], not [16, 3, 3, 3]");
    }

    @Test
    void damagedBinWeightsAreRejected() {
        float[] bins = weights.get(BIN_WEIGHTS).toFloats();
        bins[5] = 5.001f;
        Weights damaged = changed(BIN_WEIGHTS, TensorData.of(bins, 1, 16, 1, 1));
        assertThatThrownBy(() -> StateWeights.readAll(model, damaged, "best.pt")).isInstanceOf(WeightsException.class)
                .hasMessageContaining("bin weights of the head are not 0..15")
                .hasMessageContaining("best.pt, " + BIN_WEIGHTS);
        Weights shorter = changed(BIN_WEIGHTS, TensorData.of(new float[] {0, 1, 2}, 1, 3, 1, 1));
        assertThatThrownBy(() -> StateWeights.readAll(model, shorter, "best.pt")).isInstanceOf(WeightsException.class);
    }

    @Test
    void fileWithoutBinWeightsIsAccepted() {
        Weights without = weights.select(name -> !name.equals(BIN_WEIGHTS));
        assertThat(StateWeights.readAll(model, without, "best.pt")).hasSize(297);
    }

    private Weights changed(String name, TensorData tensor) {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.put(name, tensor);
        return new Weights(tensors, weights.metadata());
    }
}

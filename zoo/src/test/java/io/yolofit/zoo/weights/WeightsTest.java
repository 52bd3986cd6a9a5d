package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class WeightsTest {

    private static Weights weights(String... names) {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, TensorData.of(new float[] {1, 2}, 2));
        }
        return new Weights(tensors, Map.of("epoch", "3"));
    }

    @Test
    void keepsItsOrder() {
        Weights weights = weights("z", "a.x", "m", "a.b");

        assertThat(weights.names()).containsExactly("z", "a.x", "m", "a.b");
        assertThat(weights.select(name -> name.startsWith("a."))).isEqualTo(weights("a.x", "a.b"));
        assertThat(weights.elementCount()).isEqualTo(8);
        assertThat(weights.byteSize()).isEqualTo(32);
    }

    @Test
    void dropsBatchCountsOnly() {
        assertThat(weights("bn.weight", "bn.num_batches_tracked", "num_batches_tracked", "my_num_batches_tracked")
                .withoutBatchCounts().names()).containsExactly("bn.weight", "my_num_batches_tracked");
    }

    @Test
    void unwrappedNamesAreThoseOfCheckpoints() {
        Weights wrapped = weights("module.model.0.w", "3.w", "_orig_mod.model.1.w", "model.2.w", "fc.bias");
        assertThat(wrapped.unwrapped().names())
                .containsExactly("model.0.w", "model.3.w", "model.1.w", "model.2.w", "fc.bias");
        assertThat(weights("model.0.w", "module.0.w").unwrapped().names()).as("equal names are kept apart")
                .containsExactly("model.0.w", "module.0.w");
    }

    @Test
    void errorSuggestsTensorsWithTheSameEnding() {
        assertThatThrownBy(() -> weights("model.0.conv.weight", "b").get("module.0.conv.weight"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("no tensor 'module.0.conv.weight' among 2; there is model.0.conv.weight");
    }

    @Test
    void rejectsReservedNames() {
        assertThatThrownBy(() -> weights("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> weights("__metadata__")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void copiesItsMap() {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>(weights("a").tensors());
        Weights weights = new Weights(tensors);
        tensors.clear();

        assertThat(weights.names()).containsExactly("a");
        assertThat(weights.withMetadata(Map.of("k", "v")).metadata()).containsExactly(Map.entry("k", "v"));
    }
}

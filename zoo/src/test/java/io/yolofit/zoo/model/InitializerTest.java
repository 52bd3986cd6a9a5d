package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
    private static final int MANY = 5000;

    private final Model model = Models.small();
    private final Map<String, float[]> values = Initializer.of(model, 0);

    @Test
    void everyTensorIsInitializedInGraphOrder() {
        assertThat(values.keySet()).containsExactlyElementsOf(model.state().stream().map(Value::name).toList());
        model.state().forEach(value -> assertThat(values.get(value.name())).hasSize((int) value.shape().count()));
    }

    @Test
    void convolutionsAreUniformWithinTheInverseRootOfTheirFanIn() {
        for (Value value : model.state()) {
            if (value.shape().rank() == 4) {
                double bound = 1 / Math.sqrt((double) value.shape().count() / value.shape().dim(0));
                double sum = 0;
                double squares = 0;
                double most = 0;
                for (float x : values.get(value.name())) {
                    sum += x;
                    squares += x * x;
                    most = Math.max(most, Math.abs(x));
                }
                int count = values.get(value.name()).length;
                assertThat(most).as(value.name()).isLessThanOrEqualTo(bound).isGreaterThan(.95 * bound);
                if (count > MANY) {
                    assertThat(sum / count).as("mean of " + value.name()).isCloseTo(0,
                            within(5 * bound / Math.sqrt(3.0 * count)));
                    assertThat(squares / count).as("variance of " + value.name())
                            .isCloseTo(bound * bound / 3, within(.05 * bound * bound));
                }
            }
        }
    }

    @Test
    void factorsOfResidualBlocksStartSmall() {
        Model large = Model.of(ArchitectureCatalog.known("yolo12l").with(Optional.empty(), Optional.of(.25)), 2);
        assertThat(Initializer.of(large, 0).get("model.6.gamma")).hasSize(128).containsOnly(.01f);
    }

    @Test
    void normalizationsStartAsTheIdentity() {
        assertThat(values.get("model.0.bn.weight")).containsOnly(1);
        assertThat(values.get("model.22.cv3.1.0.bn.bias")).containsOnly(0);
        assertThat(values.get("model.4.m.0.cv1.bn.running_mean")).containsOnly(0);
        assertThat(values.get("model.4.m.0.cv1.bn.running_var")).containsOnly(1);
    }

    /// `log(5 / classes / (640 / stride)^2)`: for the class branch of every level.
    @Test
    void biasesOfTheHeadEncodeThePrior() {
        for (int level = 0; level < 3; level++) {
            double cells = Math.pow(640.0 / (8 << level), 2);
            assertThat(values.get("model.22.cv2." + level + ".2.bias")).hasSize(64).containsOnly(2);
            assertThat(values.get("model.22.cv3." + level + ".2.bias")).hasSize(3)
                    .containsOnly((float) Math.log(5 / 3.0 / cells));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE})
    void equalSeedsGiveEqualWeightsAndOtherSeedsOthers(long seed) {
        Map<String, float[]> first = Initializer.of(model, seed);
        Map<String, float[]> second = Initializer.of(model, seed);
        first.forEach((name, numbers) -> assertThat(Arrays.equals(second.get(name), numbers)).as(name).isTrue());
        assertThat(Initializer.of(model, seed + 7).get("model.0.conv.weight"))
                .isNotEqualTo(first.get("model.0.conv.weight"));
    }

    /// Correlation of all pairs of ten seeds and two tensors of equal shape, also if one is shifted by up to twelve
    /// elements: a seed must not be another seed, shifted.
    @Test
    void tensorsOfDifferentSeedsAndNamesAreUncorrelated() {
        List<float[]> tensors = new ArrayList<>();
        for (long seed = 0; seed < 10; seed++) {
            Initializer initializer = new Initializer(model.head(), seed);
            for (String name : List.of("model.1.conv.weight", "model.2.cv2.conv.weight")) {
                tensors.add(initializer.values(name, Shape.of(64, 3, 3, 16)));
            }
        }
        double limit = 6 / Math.sqrt(tensors.getFirst().length); // six standard deviations
        for (int i = 0; i < tensors.size(); i++) {
            for (int j = 0; j < i; j++) {
                for (int shift = -12; shift <= 12; shift++) {
                    assertThat(correlation(tensors.get(i), tensors.get(j), shift))
                            .as("tensors %d and %d, shifted by %d", i, j, shift).isBetween(-limit, limit);
                }
            }
        }
    }

    /// Of numbers with a mean of zero.
    private static double correlation(float[] left, float[] right, int shift) {
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = Math.max(0, -shift); i < left.length - Math.max(0, shift); i++) {
            product += left[i] * right[i + shift];
            leftSquares += left[i] * left[i];
            rightSquares += right[i + shift] * right[i + shift];
        }
        return product / Math.sqrt(leftSquares * rightSquares);
    }

    @Test
    void valuesOfATensorDependOnItsNameOnly() {
        Map<String, float[]> ofOtherHead = Initializer.of(Models.small(11), 0);
        int same = 0;
        for (Value value : model.state()) {
            float[] other = ofOtherHead.get(value.name());
            if (value.role() == Role.PARAMETER && other.length == value.shape().count()) {
                assertThat(other).as(value.name()).isEqualTo(values.get(value.name()));
                same++;
            }
        }
        assertThat(same).isGreaterThan(150);
        Initializer alone = new Initializer(model.head(), 0);
        assertThat(alone.values("model.4.cv1.conv.weight", Shape.of(64, 1, 1, 64)))
                .isEqualTo(values.get("model.4.cv1.conv.weight"));
    }

    @Test
    void noTwoTensorsHaveEqualValues() {
        Map<Float, String> firsts = new HashMap<>();
        Map<String, float[]> all = Initializer.of(Model.of(ArchitectureCatalog.find("yolov5n"), 80), 3);
        all.forEach((name, numbers) -> {
            if (name.endsWith("conv.weight")) {
                // equal fan in gives an equal range, so comparing the first value suffices
                assertThat(firsts.put(numbers[0], name)).as("a tensor with the same first value as " + name).isNull();
            }
        });
    }
}

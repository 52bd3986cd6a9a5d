package io.yolofit.train.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.eval.ConfusionMatrix;
import io.yolofit.train.eval.MetricsAccumulator;
import io.yolofit.train.program.LossItems;
import org.junit.jupiter.api.Test;

class ValidationTest {
    @Test
    void anEpochWithALossOfNanIsNeverTheBest() {
        assertThat(validation(1).fitness()).contains(0.0);
        assertThat(validation(Double.NaN).fitness()).isEmpty();
        assertThat(validation(Double.POSITIVE_INFINITY).fitness()).isEmpty();
    }

    private static Validation validation(double box) {
        return new Validation(new MetricsAccumulator(1).compute(), new ConfusionMatrix(1), LossItems.of(box, 2, 3), 1);
    }
}

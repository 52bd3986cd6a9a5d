package io.yolofit.train.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.program.InferenceSession.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    /// Two boxes of one class that overlap, as center, size and the scores of two classes.
    private static final float[] OVERLAPPING = {20, 20, 10, 10, .9f, .1f, 21, 20, 10, 10, .8f, .3f};

    private static List<Detection> select(boolean endToEnd) {
        return select(endToEnd, NmsSettings.prediction());
    }

    private static List<Detection> select(boolean endToEnd, NmsSettings settings) {
        return Suppression.of(new Output(OVERLAPPING.clone(), 2, null, endToEnd), 1, 2, settings).getFirst();
    }

    @Test
    void overlappingBoxesAreSuppressed() {
        assertThat(select(false)).containsExactly(new Detection(0, .9f, 15, 15, 25, 25));
    }

    @Test
    void endToEndPredictionsAreSuppressedOnRequest() {
        assertThat(select(true, NmsSettings.prediction().withEndToEndSuppressed(true))).isEqualTo(select(false));
    }

    @Test
    void endToEndPredictionsAreNotSuppressed() {
        assertThat(select(true)).containsExactly(new Detection(0, .9f, 15, 15, 25, 25),
                new Detection(0, .8f, 16, 15, 26, 25), new Detection(1, .3f, 16, 15, 26, 25));
    }
}

package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.EachEngine;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// The exponential moving average of parameters and running statistics follows its formula:
/// `ema <- d * ema + (1 - d) * model` after update k, with `d = 0.9999 * (1 - exp(-k / 2000))`.
class EmaTest {
    /// Updates at every second iteration of eight.
    private static final Options OPTIONS = TinyRun.options().with(EPOCHS, 2).with(WARMUP_EPOCHS, 0.0)
            .with(NBS, 2 * TinyRun.BATCH_SIZE).with(CLOSE_MOSAIC, 0).with(SAVE, false).with(VAL_EACH_EPOCH, false);
    private static final double ROUNDING = 1e-6; // of fp32, relative to 1 or the value, if that is larger

    @TempDir
    Path folder;

    private static float[] model(Map<String, float[]> state) {
        float[] parameters = state.get("parameters");
        float[] statistics = state.get("statistics");
        float[] model = Arrays.copyOf(parameters, parameters.length + statistics.length);
        System.arraycopy(statistics, 0, model, parameters.length, statistics.length);
        return model;
    }

    private static void assertAveraged(float[] actual, float[] before, float[] model, double decay) {
        assertThat(actual).hasSameSizeAs(model);
        for (int i = 0; i < actual.length; i++) {
            double expected = decay * before[i] + (1 - decay) * model[i];
            if (!(Math.abs(actual[i] - expected) <= ROUNDING * Math.max(1, Math.abs(expected)))) {
                throw new AssertionError("element " + i + " of the average is " + actual[i] + ", but should be "
                        + expected + ": " + before[i] + " before, " + model[i] + " in the model, decay " + decay);
            }
        }
    }

    @EachEngine
    void everyUpdateAveragesParametersAndStatistics(String engine) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Map<String, float[]> state = new HashMap<>();
        int[] updates = {0};
        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS, folder.resolve("steps"))) {
            state.putAll(run.state());
            StepByStep.train(run, OPTIONS, (updated, scalars, items) -> {
                Map<String, float[]> after = run.state();
                if (updated) {
                    updates[0]++;
                    assertThat(after.get("parameters")).as("update %d", updates[0]).isNotEqualTo(
                            state.get("parameters"));
                    assertAveraged(after.get("ema"), state.get("ema"), model(after),
                            .9999 * (1 - Math.exp(-updates[0] / 2000.0)));
                } else {
                    assertThat(after.get("ema")).as("between updates").isEqualTo(state.get("ema"));
                }
                state.putAll(after);
            });
        }
        assertThat(updates[0]).isEqualTo(4);

        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS, folder.resolve("run"))) {
            run.trainer().run();
            SameBits.assertSame(run.state(), state);
        }
    }
}

package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.testkit.Seed;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same program, batch and state give bit-identical results.
class ReproducibilityTest {
    private final StepRecord steps = new StepRecord(new AllBlocksModel(new Seed(23)));

    @ParameterizedTest
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void twoRunsGiveTheSameBits(String engine, DType precision) {
        int count = engine.equals(Engines.CUDA) ? 10 : 3;
        Map<String, float[]> first = steps.run(() -> Engines.open(engine), precision, count);
        Map<String, float[]> second = steps.run(() -> Engines.open(engine), precision, count);
        first.forEach((name, values) -> assertThat(second.get(name)).as(name).isEqualTo(values));
    }
}

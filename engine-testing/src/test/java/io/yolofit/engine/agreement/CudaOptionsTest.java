package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.testkit.Seed;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the options of the CUDA engine may change of a training step: the side stream no bit, the choice of convolution
/// kernels the rounding.
class CudaOptionsTest {
    private static final int STEPS = 10;

    private final StepRecord steps = new StepRecord(new AllBlocksModel(new Seed(23)));

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void weightGradientsOnTheMainStreamAreBitIdentical(DType precision) {
        Map<String, float[]> overlapped = steps.run(Engines::cuda, precision, STEPS);
        Map<String, float[]> serial = steps.run(() -> Engines.cuda(CudaOptions::withoutSideStream), precision, STEPS);
        overlapped.forEach((name, values) -> assertThat(serial.get(name)).as(name).isEqualTo(values));
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F16", "BF16"})
    void convolutionsOfCudnnAloneGiveTheSameLossesUpToRounding(DType precision) {
        float[] own = steps.run(Engines::cuda, precision, 1).get("items of step 0");
        float[] library = steps.run(() -> Engines.cuda(CudaOptions::withoutOwnConvolutions), precision, 1)
                .get("items of step 0");
        for (int i = 0; i < own.length; i++) {
            assertThat(library[i]).as("loss %d", i).isCloseTo(own[i], within(.02f * Math.abs(own[i])));
        }
    }

    @Test
    void tf32GivesTheSameLossesUpToItsRounding() {
        float[] exact = steps.run(Engines::cuda, DType.F32, 1).get("items of step 0");
        float[] rounded = steps.run(() -> Engines.cuda(options -> options.withTf32(true)), DType.F32, 1)
                .get("items of step 0");
        for (int i = 0; i < exact.length; i++) {
            assertThat(rounded[i]).as("loss %d", i).isCloseTo(exact[i], within(.01f * Math.abs(exact[i])));
        }
    }

    @Test
    void ourConvolutionsCannotBeBothSelectedAndOff() {
        assertThatThrownBy(() -> CudaOptions.DEFAULT.withoutOwnConvolutions().withCandidates(Convolutions.OWN))
                .hasMessageContaining("give at least one candidate");
        assertThatThrownBy(() -> CudaOptions.DEFAULT.withCandidates(-1)).hasMessageContaining("must not be negative");
    }
}

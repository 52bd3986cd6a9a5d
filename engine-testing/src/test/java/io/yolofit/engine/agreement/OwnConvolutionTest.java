package io.yolofit.engine.agreement;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.testkit.Seed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Our own convolution kernels on CUDA against the interpreter. In a run the autotuner selects them only where they are
/// faster than cuDNN; here they are always selected.
class OwnConvolutionTest {
    private static final int SEEDS = 24;

    @TestFactory
    Stream<DynamicTest> ourKernelsAgreeWithTheInterpreter() {
        Map<String, BiFunction<Seed, DType, Agreement>> cases = new LinkedHashMap<>();
        cases.put("forward", ConvolutionCases::windowForward);
        cases.put("data gradient", ConvolutionCases::windowDataGradient);
        cases.put("weight gradient", ConvolutionCases::windowWeightGradient);
        return cases.entrySet().stream().flatMap(entry -> Stream.of(DType.F16, DType.BF16).flatMap(type ->
                Seed.several("window " + entry.getKey() + type, SEEDS).map(seed -> DynamicTest.dynamicTest(
                        "window " + entry.getKey() + " " + type.text() + " test.seed=" + seed,
                        () -> entry.getValue().apply(seed, type).check(Engines::cudaWithOwnConvolutions)))));
    }
}

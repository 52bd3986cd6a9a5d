package io.yolofit.engine.agreement;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// CUDA's own kernels for convolutions, which in a run take the place of cuDNN's only where they are faster: here they
/// always do, against the interpreter.
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

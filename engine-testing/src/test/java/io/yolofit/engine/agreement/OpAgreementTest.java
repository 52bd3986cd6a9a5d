package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Upsample;
import io.yolofit.testkit.Seed;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every op on every engine against the interpreter, on random and awkward shapes, in each precision of the engine.
class OpAgreementTest {
    private static final int SEEDS = 12;
    private static final int FIRST_SEEDS = 24;
    private static final int MANY_ROWS_SEEDS = 1;

    /// Creates a case from a seed, in a precision.
    private interface Case extends BiFunction<Seed, DType, Agreement> {
    }

    private static final Map<Class<? extends Op>, Case> CASES = cases();

    private static Map<Class<? extends Op>, Case> cases() {
        Map<Class<? extends Op>, Case> cases = new LinkedHashMap<>();
        cases.put(Conv2d.Forward.class, ConvolutionCases::forward);
        cases.put(Conv2d.DataGrad.class, ConvolutionCases::dataGradient);
        cases.put(Conv2d.WeightGrad.class, ConvolutionCases::weightGradient);
        cases.put(Conv2d.BiasGrad.class, ConvolutionCases::biasGradient);
        cases.put(BnAct.Forward.class, NormalizationCases::forward);
        cases.put(BnAct.Apply.class, NormalizationCases::apply);
        cases.put(BnAct.Gradient.class, NormalizationCases::gradient);
        cases.put(BnHalf.Sums.class, NormalizationCases::sums);
        cases.put(BnHalf.Moments.class, NormalizationCases::moments);
        cases.put(BnHalf.Reduce.class, NormalizationCases::reduce);
        cases.put(BnHalf.Gradient.class, NormalizationCases::secondHalf);
        cases.put(FoldBatchNorm.class, NormalizationCases::fold);
        cases.put(SumConvolutions.class, NormalizationCases::sum);
        cases.put(Silu.Forward.class, NormalizationCases::silu);
        cases.put(Silu.Gradient.class, NormalizationCases::siluGradient);
        cases.put(LeakyRelu.Forward.class, NormalizationCases::leaky);
        cases.put(LeakyRelu.Gradient.class, NormalizationCases::leakyGradient);
        cases.put(MaxPool.Forward.class, ShapeCases::maxPool);
        cases.put(MaxPool.Gradient.class, ShapeCases::maxPoolGradient);
        cases.put(AveragePool.Forward.class, ShapeCases::averagePool);
        cases.put(AveragePool.Gradient.class, ShapeCases::averagePoolGradient);
        cases.put(MatMul.Plain.class, AttentionCases::plainProduct);
        cases.put(MatMul.RightTransposed.class, AttentionCases::rightTransposed);
        cases.put(MatMul.LeftTransposed.class, AttentionCases::leftTransposed);
        cases.put(Softmax.Forward.class, AttentionCases::softmax);
        cases.put(Softmax.Gradient.class, AttentionCases::softmaxGradient);
        cases.put(Upsample.Forward.class, ShapeCases::upsample);
        cases.put(Upsample.Gradient.class, ShapeCases::upsampleGradient);
        cases.put(Concat.class, ShapeCases::concat);
        cases.put(Slice.Forward.class, ShapeCases::slice);
        cases.put(Slice.Gradient.class, ShapeCases::sliceGradient);
        cases.put(Detach.class, ShapeCases::detach);
        cases.put(Reshape.class, ShapeCases::reshape);
        cases.put(Add.class, ShapeCases::add);
        cases.put(Cast.class, ShapeCases::cast);
        cases.put(Pixels.class, ShapeCases::pixels);
        cases.put(Flat.View.class, StateCases::view);
        cases.put(Flat.Pack.class, StateCases::pack);
        cases.put(GradientNorm.class, StateCases::norm);
        cases.put(LossScale.Apply.class, StateCases::scaledScalars);
        cases.put(LossScale.Adjust.class, StateCases::adjustedScale);
        cases.put(Update.class, StateCases::update);
        cases.put(DetectionDecode.class, DetectionCases::decode);
        cases.put(DetectionLoss.class, DetectionCases::loss);
        cases.put(DetectionLoss.Assign.class, DetectionCases::halves);
        return cases;
    }

    @Test
    void everyOpHasACase() {
        Set<Class<?>> ops = leaves(Op.class);
        assertThat(ops.remove(AllReduce.class)).as("needs several ranks: CpuRanksAgreementTest").isTrue();
        assertThat(new HashSet<Class<?>>(CASES.keySet())).isEqualTo(ops);
    }

    private static Set<Class<?>> leaves(Class<?> type) {
        Set<Class<?>> leaves = new HashSet<>();
        if (type.isRecord()) {
            leaves.add(type);
        } else {
            Arrays.stream(type.getPermittedSubclasses()).forEach(subtype -> leaves.addAll(leaves(subtype)));
        }
        return leaves;
    }

    @TestFactory
    Stream<DynamicTest> theEngineAgreesWithTheInterpreter() {
        return Engines.names().flatMap(engine -> CASES.entrySet().stream().flatMap(entry -> Engines.types(engine)
                .stream().flatMap(type -> Seed.several(entry.getKey().getName() + type, SEEDS).map(seed ->
                        DynamicTest.dynamicTest(engine + " " + name(entry.getKey()) + " " + type.text() + " test.seed="
                                + seed, () -> entry.getValue().apply(seed, type).check(engine))))));
    }

    @TestFactory
    Stream<DynamicTest> aFirstConvolutionAgreesWithTheInterpreter() {
        Map<String, Case> cases = Map.of("forward", ConvolutionCases::firstForward, "weight gradient",
                ConvolutionCases::firstWeightGradient);
        return Engines.names().flatMap(engine -> cases.entrySet().stream().flatMap(entry -> Engines.types(engine)
                .stream().flatMap(type -> Seed.several("first " + entry.getKey() + type, FIRST_SEEDS).map(seed ->
                        DynamicTest.dynamicTest(engine + " first " + entry.getKey() + " " + type.text() + " test.seed="
                                + seed, () -> entry.getValue().apply(seed, type).check(engine))))));
    }

    @TestFactory
    Stream<DynamicTest> aNormalizationOfOneValuePerChannelAgreesWithTheInterpreter() {
        Map<String, Case> cases = Map.of("forward", NormalizationCases::forwardOfOneValue, "gradient",
                NormalizationCases::gradientOfOneValue);
        return Engines.names().flatMap(engine -> cases.entrySet().stream().flatMap(entry -> Engines.types(engine)
                .stream().flatMap(type -> Seed.several("one value " + entry.getKey() + type, SEEDS).map(seed ->
                        DynamicTest.dynamicTest(engine + " " + entry.getKey() + " " + type.text() + " test.seed="
                                + seed, () -> entry.getValue().apply(seed, type).check(engine))))));
    }

    @TestFactory
    Stream<DynamicTest> aNormalizationOfManyRowsAgreesWithTheInterpreter() {
        return Engines.names().flatMap(engine -> Engines.types(engine).stream().flatMap(type ->
                NormalizationCases.manyRows().flatMap(dims -> Seed.several(Arrays.toString(dims) + type,
                        MANY_ROWS_SEEDS).flatMap(seed -> Stream.of(
                                DynamicTest.dynamicTest(engine + " forward " + type.text() + Arrays.toString(dims)
                                        + " test.seed=" + seed, () -> NormalizationCases.forward(seed, type, dims)
                                        .check(engine)),
                                DynamicTest.dynamicTest(engine + " gradient " + type.text() + Arrays.toString(dims)
                                        + " test.seed=" + seed, () -> NormalizationCases.gradient(seed, type, dims)
                                        .check(engine)))))));
    }

    @TestFactory
    Stream<DynamicTest> oneValuePerChannelLeavesTheRunningStatisticsUnchanged() {
        return Engines.names().flatMap(engine -> Engines.types(engine).stream().flatMap(type -> Seed.several(
                "statistics of one value " + type, SEEDS).map(seed -> DynamicTest.dynamicTest(engine + " " + type.text()
                        + " test.seed=" + seed, () -> NormalizationCases.statisticsOfOneValue(seed, type)
                        .check(engine)))));
    }

    @TestFactory
    Stream<DynamicTest> attentionAgreesWithTheInterpreter() {
        return Engines.names().flatMap(engine -> Engines.types(engine).stream().flatMap(type -> Seed.several(
                "attention " + type, SEEDS).map(seed -> DynamicTest.dynamicTest(engine + " attention " + type.text()
                        + " test.seed=" + seed, () -> AttentionCases.heads(seed, type).check(engine)))));
    }

    private static String name(Class<?> op) {
        return op.getName().substring(op.getPackageName().length() + 1).replace('$', '.');
    }
}

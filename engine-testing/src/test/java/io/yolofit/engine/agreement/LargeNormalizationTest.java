package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Sums of a batch norm over a large batch against fp64: 16 images of 320 x 320 pixels, 1.6 million values per channel.
/// One fp32 accumulator per channel loses five digits here.
class LargeNormalizationTest {
    private static final int IMAGES = 16;
    private static final int SIDE = 320;
    private static final int CHANNELS = 16;
    private static final int IMAGE = SIDE * SIDE * CHANNELS;
    private static final double ROWS = (double) IMAGES * SIDE * SIDE;
    private static final double EPSILON = 1e-3;
    private static final double MOMENTUM = .25;
    /// In units of the sum of all absolute terms: a few roundings of one term.
    private static final double SUM = 2e-7;
    /// Error of a mean in standard deviations. The CUDA kernels sum chains of up to 216 terms in fp32, an error of at
    /// most 1e-5; one fp32 accumulator per channel is off by 6.5e-4.
    private static final double MEAN = 2e-6;

    private final SplittableRandom random = new SplittableRandom(5);

    static Stream<Arguments> cases() {
        return Engines.precisions().flatMap(it -> Stream.of(0., 100.)
                .map(mean -> Arguments.of(it.get()[0], it.get()[1], mean)));
    }

    @ParameterizedTest(name = "{0} {1}, mean {2}")
    @MethodSource("cases")
    void statisticsAreThoseOfFp64(String engine, DType type, double mean) {
        double[] image = image(type, i -> mean + 2 * random.nextGaussian() + i % CHANNELS * .25);
        Map<String, float[]> outputs = run(engine, type, new BnAct.Forward(Activation.IDENTITY, EPSILON, MOMENTUM),
                Map.of("y", batch(type, image, image)), List.of("gamma", "beta", "running_mean", "running_var"));
        for (int c = 0; c < CHANNELS; c++) {
            double average = mean(image, c);
            double variance = variance(image, c, average);
            double rounding = Math.abs(average) * Tolerance.F32_ROUNDING * 4;
            close("mean", outputs.get("1")[c], average, Math.sqrt(variance) * MEAN + rounding);
            close("invstd", outputs.get("2")[c], 1 / Math.sqrt(variance + EPSILON), 2e-6);
            close("running mean", outputs.get("3")[c], .75 + .25 * average,
                    1e-6 + Math.sqrt(variance) * MEAN + rounding);
            close("running variance", outputs.get("4")[c], .75 + .25 * variance * ROWS / (ROWS - 1), 1e-5);
        }
    }

    /// The gradient of the second half of the batch cancels that of the first.
    @ParameterizedTest(name = "{0} {1}, mean {2}")
    @MethodSource("cases")
    void gradientsOfGammaAndBetaAreThoseOfFp64(String engine, DType type, double mean) {
        double[] y = image(type, i -> mean + 2 * random.nextGaussian() + i % CHANNELS * .25);
        double[] first = image(type, i -> 1 + .1 * random.nextGaussian() + .5 * Math.signum(y[i] - mean));
        double[] second = image(type, i -> -1 + .1 * random.nextGaussian() - .5 * Math.signum(y[i] - mean));
        float[] averages = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            averages[c] = (float) mean(y, c);
        }
        Map<String, float[]> outputs = run(engine, type, new BnAct.Gradient(Activation.IDENTITY),
                Map.of("da", batch(type, first, second), "y", batch(type, y, y),
                        "mean", MemorySegment.ofArray(averages)), List.of("gamma", "beta", "mean", "invstd"));
        for (int c = 0; c < CHANNELS; c++) {
            double dgamma = 0;
            double dbeta = 0;
            double absolute = 0;
            for (int i = c; i < IMAGE; i += CHANNELS) {
                double sum = (first[i] + second[i]) * IMAGES / 2;
                dbeta += sum;
                dgamma += sum * (y[i] - averages[c]);
                absolute += (Math.abs(first[i]) + Math.abs(second[i])) * IMAGES / 2;
            }
            close("dbeta", outputs.get("2")[c], dbeta, absolute * SUM);
            close("dgamma", outputs.get("1")[c], dgamma, absolute * 4 * SUM);
        }
    }

    /// The first pixel of every image is a hundred standard deviations off: no sum may be shifted by it.
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void anOutlierInTheFirstRowDoesNotSpoilTheStatistics(String engine, DType type) {
        double[] image = image(type, i -> i < CHANNELS ? 200 : 2 * random.nextGaussian());
        Map<String, float[]> outputs = run(engine, type, new BnAct.Forward(Activation.IDENTITY, EPSILON, MOMENTUM),
                Map.of("y", batch(type, image, image)), List.of("gamma", "beta", "running_mean", "running_var"));
        for (int c = 0; c < CHANNELS; c++) {
            double average = mean(image, c);
            double variance = variance(image, c, average);
            close("mean", outputs.get("1")[c], average, Math.sqrt(variance) * MEAN);
            close("invstd", outputs.get("2")[c], 1 / Math.sqrt(variance + EPSILON), 2e-6);
        }
    }

    private static void close(String what, double actual, double expected, double tolerance) {
        assertThat(Math.abs(actual - expected)).as("%s is %s, expected %s", what, actual, expected)
                .isLessThanOrEqualTo(tolerance);
    }

    private static double mean(double[] image, int channel) {
        double sum = 0;
        for (int i = channel; i < IMAGE; i += CHANNELS) {
            sum += image[i];
        }
        return sum * CHANNELS / IMAGE;
    }

    private static double variance(double[] image, int channel, double mean) {
        double sum = 0;
        for (int i = channel; i < IMAGE; i += CHANNELS) {
            sum += (image[i] - mean) * (image[i] - mean);
        }
        return sum * CHANNELS / IMAGE;
    }

    private static double[] image(DType type, IntToDoubleFunction element) {
        double[] image = new double[IMAGE];
        for (int i = 0; i < IMAGE; i++) {
            image[i] = Elements.rounded(type, element.applyAsDouble(i));
        }
        return image;
    }

    /// A batch whose halves consist of copies of one image each.
    private static MemorySegment batch(DType type, double[] first, double[] second) {
        MemorySegment one = Elements.bytes(type, first);
        MemorySegment two = Elements.bytes(type, second);
        long bytes = one.byteSize();
        MemorySegment batch = MemorySegment.ofArray(new byte[Math.toIntExact(bytes * IMAGES)]);
        for (int image = 0; image < IMAGES; image++) {
            MemorySegment.copy(image < IMAGES / 2 ? one : two, 0, batch, image * bytes, bytes);
        }
        return batch;
    }

    /// The outputs of one node by number, except the first. Vectors that are not among the inputs are ones.
    private static Map<String, float[]> run(String name, DType type, Op op, Map<String, MemorySegment> inputs,
            List<String> vectors) {
        GraphBuilder builder = new GraphBuilder();
        TensorType tensor = TensorType.of(type, IMAGES, SIDE, SIDE, CHANNELS);
        TensorType vector = TensorType.of(DType.F32, CHANNELS);
        List<Value> operands = Stream.concat(Stream.of("da", "y").filter(inputs::containsKey)
                        .map(input -> builder.input(input, tensor, Role.INPUT)),
                vectors.stream().map(input -> builder.input(input, vector, Role.INPUT))).toList();
        List<Value> outputs = builder.emit(op, "bn", Role.ACTIVATION, operands);
        for (int i = 1; i < outputs.size(); i++) {
            builder.output(Integer.toString(i), outputs.get(i));
        }
        float[] ones = new float[CHANNELS];
        Arrays.fill(ones, 1);
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(builder.build(), engine.workspace()))) {
            inputs.forEach(executable::write);
            vectors.stream().filter(input -> !inputs.containsKey(input))
                    .forEach(input -> executable.write(input, ones));
            executable.run();
            Map<String, float[]> results = new TreeMap<>();
            for (int i = 1; i < outputs.size(); i++) {
                results.put(Integer.toString(i), executable.read(Integer.toString(i)));
            }
            return results;
        }
    }
}

package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Random and awkward normalizations: few pixels, channel counts that fill no vector, means far from zero.
///
/// @param dims of y
record NormalizationCases(Agreement agreement, Seed seed, DType type, long[] dims) {
    private static final double EPSILON = 1e-3;
    private static final double MOMENTUM = .03;

    static NormalizationCases random(Seed seed, DType type) {
        long[] dims = {seed.between(1, 3), seed.pick(1, 5, 7, 12, 33), seed.pick(1, 5, 7, 12, 33),
            seed.pick(1, 3, 7, 8, 13, 33, 64)};
        if (dims[0] * dims[1] * dims[2] == 1) {
            dims[0] = 2;
        }
        return new NormalizationCases(new Agreement(), seed, type, dims);
    }

    /// Tensors whose batch norms run in one launch on GPUs with thread block clusters, of few and of many channels.
    static Stream<long[]> manyRows() {
        return Stream.of(new long[] {3, 20, 20, 64}, new long[] {8, 20, 20, 128}, new long[] {2, 33, 33, 320},
                new long[] {3, 13, 13, 1024});
    }

    static Agreement forward(Seed seed, DType type, long[] dims) {
        return forward(new NormalizationCases(new Agreement(), seed, type, dims), seed.pick(0, 1));
    }

    static Agreement gradient(Seed seed, DType type, long[] dims) {
        return gradient(new NormalizationCases(new Agreement(), seed, type, dims));
    }

    private long channels() {
        return dims[3];
    }

    private static Activation activation(Seed seed) {
        return seed.pick(List.of(Activation.values()));
    }

    /// Rounded twice: the normalized value, then the activation.
    private Tolerance rounded(int roundings) {
        return Tolerance.roundings(type, roundings).andOfLargest(DType.F32, 64)
                .andOfLargest(type, type == DType.F32 ? 0 : 2);
    }

    /// Adds a residual to the operands in half of the cases: a tensor of its own, the normalized tensor, or a slice of
    /// a wider one.
    private Value[] andResidual(Value... operands) {
        List<Value> all = new ArrayList<>(List.of(operands));
        switch (seed.between(0, 5)) {
            case 0 -> all.add(agreement.normal("residual", seed, type, dims));
            case 1 -> all.add(operands[0]);
            case 2 -> {
                int offset = seed.pick(1, 8);
                Value wide = agreement.normal("wide", seed, type, dims[0], dims[1], dims[2], dims[3] + offset);
                all.add(agreement.one(new Slice.Forward(offset, dims[3]), wide));
            }
            default -> { }
        }
        return all.toArray(Value[]::new);
    }

    /// A copy of some channels in half of the cases.
    private BnAct.Result andCopy(BnAct.Result op) {
        if (seed.chance(.5)) {
            return op;
        }
        int offset = channels() > 8 && seed.chance(.5) ? 8 : seed.between(0, (int) channels() - 1);
        return op.with(new BnAct.Copy(offset, seed.chance(.5) ? channels() - offset
                : seed.between(1, (int) channels() - offset)));
    }

    /// One value per channel: the last batch of an epoch with one image, whose map has one pixel.
    private static NormalizationCases oneValue(Seed seed, DType type) {
        long[] dims = {1, 1, 1, seed.pick(1, 3, 7, 8, 13, 33, 64, 256)};
        return new NormalizationCases(new Agreement(), seed, type, dims);
    }

    static Agreement forward(Seed seed, DType type) {
        return forward(random(seed, type), seed.pick(0, 0, 1, 10));
    }

    static Agreement forwardOfOneValue(Seed seed, DType type) {
        return forward(oneValue(seed, type), 0);
    }

    private static Agreement forward(NormalizationCases it, double shift) {
        Agreement agreement = it.agreement;
        Seed seed = it.seed;
        DType type = it.type;
        long c = it.channels();
        double[] y = seed.normal(it.dims[0] * it.dims[1] * it.dims[2] * c);
        for (int i = 0; i < y.length; i++) {
            y[i] += shift;
        }
        List<Value> outputs = agreement.emit(it.andCopy(new BnAct.Forward(activation(seed), EPSILON, MOMENTUM)),
                it.andResidual(agreement.input("y", TensorType.of(type, it.dims), y),
                agreement.uniform("gamma", seed, .5, 1.5, c), agreement.uniform("beta", seed, -1, 1, c),
                agreement.uniform("running_mean", seed, -1, 1, c), agreement.uniform("running_var", seed, .5, 2, c)));
        // a mean of 10 with a deviation of 1 costs three bits; means near 0 have the rounding of the values
        Tolerance statistic = Tolerance.roundings(DType.F32, 512).andOfLargest(DType.F32, 16)
                .andAtLeast(4 * Tolerance.F32_ROUNDING * (1 + shift));
        Tolerance result = it.rounded(3).andOfLargest(DType.F32, 256);
        return agreement.compare(outputs.getFirst(), result).compare(outputs.subList(1, 5), statistic)
                .compare(outputs.subList(5, outputs.size()), result);
    }

    /// One value per channel: the variance is 0, the result is the activation of beta, and the running statistics are
    /// unchanged to the bit. beta is at least 1, so that the rounding of mean * gamma / sqrt(EPSILON) stays small.
    static Agreement statisticsOfOneValue(Seed seed, DType type) {
        long[] dims = {1, 1, 1, seed.pick(1, 3, 8, 33, 64)};
        Agreement agreement = new Agreement();
        long c = dims[3];
        List<Value> outputs = agreement.emit(new BnAct.Forward(activation(seed), EPSILON, MOMENTUM),
                agreement.normal("y", seed, type, dims), agreement.uniform("gamma", seed, .5, 1.5, c),
                agreement.uniform("beta", seed, 1, 2, c), agreement.uniform("running_mean", seed, -1, 1, c),
                agreement.uniform("running_var", seed, .5, 2, c));
        return agreement.compare(outputs.getFirst(), Tolerance.roundings(type, 3).andOfLargest(DType.F32, 512))
                .compare(outputs.subList(1, 3), Tolerance.roundings(DType.F32, 512))
                .compare(outputs.subList(3, 5), Tolerance.EXACT);
    }

    static Agreement apply(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Agreement agreement = it.agreement;
        long c = it.channels();
        return agreement.compare(agreement.emit(it.andCopy(new BnAct.Apply(activation(seed))),
                it.andResidual(agreement.normal("y", seed, type, it.dims),
                agreement.uniform("gamma", seed, .5, 1.5, c), agreement.uniform("beta", seed, -1, 1, c),
                agreement.uniform("mean", seed, -.2, .2, c), agreement.uniform("invstd", seed, .8, 1.2, c))),
                it.rounded(3));
    }

    static Agreement gradient(Seed seed, DType type) {
        return gradient(random(seed, type));
    }

    static Agreement gradientOfOneValue(Seed seed, DType type) {
        return gradient(oneValue(seed, type));
    }

    private static Agreement gradient(NormalizationCases it) {
        Agreement agreement = it.agreement;
        Seed seed = it.seed;
        DType type = it.type;
        long c = it.channels();
        List<Value> outputs = agreement.emit(new BnAct.Gradient(activation(seed), seed.chance(.5)),
                agreement.normal("da", seed, type, it.dims), agreement.normal("y", seed, type, it.dims),
                agreement.uniform("gamma", seed, .5, 1.5, c), agreement.uniform("beta", seed, -1, 1, c),
                agreement.uniform("mean", seed, -.2, .2, c), agreement.uniform("invstd", seed, .8, 1.2, c));
        // the recomputed normalized value and the gradient of the activation are rounded before they are summed
        Tolerance sums = Tolerance.roundings(type, 3).andOfLargest(DType.F32, 256).andOfLargest(type, 6);
        return agreement.compare(outputs.getFirst(), it.rounded(4).andOfLargest(type, 6))
                .compare(outputs.subList(1, 3), sums)
                .compare(outputs.subList(3, outputs.size()), it.rounded(3));
    }

    /// The first half, and the statistics from its sums, which are those of a single rank.
    static Agreement sums(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Agreement agreement = it.agreement;
        long c = it.channels();
        Value y = agreement.normal("y", seed, type, it.dims);
        Value mean = agreement.uniform("running_mean", seed, -1, 1, c);
        Value sums = agreement.one(new BnHalf.Sums(), y, mean);
        List<Value> moments = agreement.emit(new BnHalf.Moments(EPSILON, MOMENTUM), sums, mean,
                agreement.uniform("running_var", seed, .5, 2, c));
        // means near 0 have the rounding of the running mean, by which sums are shifted
        Tolerance statistic = Tolerance.roundings(DType.F32, 512).andOfLargest(DType.F32, 16)
                .andAtLeast(8 * Tolerance.F32_ROUNDING);
        return agreement.compare(sums, statistic).compare(moments, statistic);
    }

    /// The statistics from the sums of several ranks, in which a rank has one value per channel or many.
    static Agreement moments(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        int c = seed.pick(1, 3, 8, 13, 64);
        double[] sums = new double[2 * c + 1];
        sums[2 * c] = seed.pick(1, 2, 1000, 1 << 24);
        for (int i = 0; i < c; i++) {
            double mean = seed.uniform(-2, 2);
            sums[i] = sums[2 * c] * mean;
            sums[c + i] = sums[2 * c] * (mean * mean + seed.uniform(.1, 2));
        }
        Tolerance statistic = Tolerance.roundings(DType.F32, 512).andOfLargest(DType.F32, 16);
        return agreement.compare(agreement.emit(new BnHalf.Moments(EPSILON, MOMENTUM),
                agreement.input("sums", TensorType.of(DType.F32, sums.length), sums),
                agreement.uniform("running_mean", seed, -1, 1, c), agreement.uniform("running_var", seed, .5, 2, c)),
                statistic);
    }

    static Agreement reduce(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Tolerance sums = Tolerance.roundings(type, 3).andOfLargest(DType.F32, 256).andOfLargest(type, 6);
        return it.agreement.compare(it.agreement.emit(new BnHalf.Reduce(activation(seed)), it.gradientOperands())
                .subList(0, 2), sums);
    }

    /// dy from the sums of this rank and of another one with more values.
    static Agreement secondHalf(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Agreement agreement = it.agreement;
        int c = (int) it.channels();
        double count = 3.0 * it.dims[0] * it.dims[1] * it.dims[2];
        double[] sums = seed.uniform(2 * c + 1, -count / 10, count / 10);
        sums[2 * c] = count;
        List<Value> operands = new ArrayList<>(List.of(it.gradientOperands()));
        operands.add(agreement.input("sums", TensorType.of(DType.F32, sums.length), sums));
        List<Value> outputs = agreement.emit(new BnHalf.Gradient(activation(seed), seed.chance(.5)),
                operands.toArray(Value[]::new));
        return agreement.compare(outputs.getFirst(), it.rounded(4).andOfLargest(type, 6))
                .compare(outputs.subList(1, outputs.size()), it.rounded(3));
    }

    /// da, y, gamma, beta, mean, invstd.
    private Value[] gradientOperands() {
        long c = channels();
        return new Value[] {agreement.normal("da", seed, type, dims), agreement.normal("y", seed, type, dims),
            agreement.uniform("gamma", seed, .5, 1.5, c), agreement.uniform("beta", seed, -1, 1, c),
            agreement.uniform("mean", seed, -.2, .2, c), agreement.uniform("invstd", seed, .8, 1.2, c)};
    }

    static Agreement fold(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long outputs = seed.pick(1, 3, 7, 8, 13, 33);
        int kernel = seed.pick(1, 3, 6);
        List<Value> folded = agreement.emit(new FoldBatchNorm(EPSILON, type),
                agreement.normal("w", seed, DType.F32, outputs, kernel, kernel, seed.pick(1, 3, 7, 8)),
                agreement.uniform("gamma", seed, .5, 1.5, outputs), agreement.uniform("beta", seed, -1, 1, outputs),
                agreement.uniform("mean", seed, -1, 1, outputs), agreement.uniform("variance", seed, .01, 2, outputs));
        return agreement.compare(folded, Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 8));
    }

    static Agreement sum(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long outputs = seed.pick(1, 3, 7, 8, 13, 33);
        long columns = seed.pick(1, 3, 7, 8, 33);
        int small = seed.pick(1, 2, 3);
        int border = seed.between(0, 2);
        List<Value> summed = agreement.emit(new SumConvolutions(type),
                agreement.normal("w", seed, DType.F32, outputs, small + 2 * border, small + 2 * border, columns),
                agreement.uniform("b", seed, -1, 1, outputs),
                agreement.normal("v", seed, DType.F32, outputs, small, small, columns),
                agreement.uniform("c", seed, -1, 1, outputs));
        return agreement.compare(summed, Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 8));
    }

    static Agreement leaky(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Value x = it.agreement.normal("x", seed, type, it.dims);
        return it.agreement.compare(it.agreement.one(new LeakyRelu.Forward(seed.chance(.5) ? 0 : .1), x),
                Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 2));
    }

    static Agreement leakyGradient(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Value da = it.agreement.normal("da", seed, type, it.dims);
        Value x = it.agreement.normal("x", seed, type, it.dims);
        return it.agreement.compare(it.agreement.one(new LeakyRelu.Gradient(seed.chance(.5) ? 0 : .1), da, x),
                Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 2));
    }

    static Agreement silu(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Value x = it.agreement.normal("x", seed, type, it.dims);
        return it.agreement.compare(it.agreement.one(new Silu.Forward(), x), Tolerance.roundings(type, 1.02)
                .andOfLargest(DType.F32, 8));
    }

    static Agreement siluGradient(Seed seed, DType type) {
        NormalizationCases it = random(seed, type);
        Value da = it.agreement.normal("da", seed, type, it.dims);
        Value x = it.agreement.normal("x", seed, type, it.dims);
        return it.agreement.compare(it.agreement.one(new Silu.Gradient(), da, x), Tolerance.roundings(type, 1.02)
                .andOfLargest(DType.F32, 8));
    }
}

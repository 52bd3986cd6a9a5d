package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;

/// Ops of attention: softmax and matrix products, of packed and strided operands, with and without accumulation.
final class AttentionCases {
    private AttentionCases() {
    }

    /// Height and width of an image: 20x20 pixels and awkward sizes.
    private static int[] image(Seed seed) {
        return seed.pick(List.of(new int[] {20, 20}, new int[] {1, 1}, new int[] {5, 7}, new int[] {13, 10},
                new int[] {3, 4}, new int[] {8, 8}));
    }

    private static int channels(Seed seed) {
        return seed.pick(1, 7, 8, 32, 36, 64, 72);
    }

    /// A packed tensor, or a slice of the channels of a wider one.
    private static Value operand(Agreement agreement, String name, Seed seed, DType type, long... dims) {
        if (seed.chance(.5)) {
            return agreement.normal(name, seed, type, dims);
        }
        int before = seed.pick(1, 8, 36);
        long[] wider = dims.clone();
        wider[3] += before + seed.pick(0, 4, 8);
        return agreement.one(new Slice.Forward(before, dims[3]), agreement.normal(name, seed, type, wider));
    }

    static Agreement rightTransposed(Seed seed, DType type) {
        int[] rows = image(seed);
        int[] columns = seed.chance(.5) ? rows : image(seed);
        long images = seed.between(1, 3);
        long terms = channels(seed);
        return product(seed, type, new MatMul.RightTransposed(1 / Math.sqrt(terms)),
                new long[] {images, rows[0], rows[1], terms}, new long[] {images, columns[0], columns[1], terms});
    }

    static Agreement plainProduct(Seed seed, DType type) {
        int[] rows = image(seed);
        int[] terms = seed.chance(.5) ? rows : image(seed);
        long images = seed.between(1, 3);
        return product(seed, type, new MatMul.Plain(seed.chance(.5) ? 1 : -.3),
                new long[] {images, rows[0], rows[1], (long) terms[0] * terms[1]},
                new long[] {images, terms[0], terms[1], channels(seed)});
    }

    static Agreement leftTransposed(Seed seed, DType type) {
        int[] terms = image(seed);
        int[] rows = seed.chance(.5) ? terms : image(seed);
        long images = seed.between(1, 3);
        return product(seed, type, new MatMul.LeftTransposed(seed.chance(.5) ? 1 : .25, rows[0], rows[1]),
                new long[] {images, terms[0], terms[1], (long) rows[0] * rows[1]},
                new long[] {images, terms[0], terms[1], channels(seed)});
    }

    /// The result is stored alone, accumulated into an existing tensor, or written into a concat.
    private static Agreement product(Seed seed, DType type, MatMul op, long[] left, long[] right) {
        Agreement agreement = new Agreement();
        List<Value> operands = new ArrayList<>(List.of(operand(agreement, "a", seed, type, left),
                operand(agreement, "b", seed, type, right)));
        if (seed.chance(.5)) {
            long[] result = op.result(Shape.of(left), Shape.of(right)).dims();
            Value existing = operand(agreement, "existing", seed, type, result);
            operands.add(seed.chance(.5) ? existing : agreement.one(new Silu.Forward(), existing));
        }
        Value y = agreement.one(op, operands.toArray(Value[]::new));
        boolean joined = seed.chance(.3);
        Value other = joined ? operand(agreement, "other", seed, type, y.shape().withChannels(3).dims()) : null;
        return agreement.compare(joined ? agreement.one(new Concat(), other, y) : y,
                Tolerance.roundings(type, 1.02).andOfLargest(type, 3).andOfLargest(DType.F32, 64));
    }

    /// All heads of an attention block, from the convolution that produces queries, keys and values to the sum that its
    /// last convolution reads, and the gradients of the operands of the last head.
    static Agreement heads(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        int[] image = image(seed);
        int key = seed.pick(4, 16, 18, 32, 36);
        int heads = seed.between(1, 3);
        long images = seed.between(1, 2);
        Value qkv = agreement.normal("qkv", seed, type, images, image[0], image[1], 4L * key * heads);
        MatMul scaled = new MatMul.RightTransposed(1 / Math.sqrt(key));
        List<Value> values = new ArrayList<>();
        List<Value> parts = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            long start = 4L * key * head;
            Value q = agreement.one(new Slice.Forward(start, key), qkv);
            Value k = agreement.one(new Slice.Forward(start + key, key), qkv);
            values.add(agreement.one(new Slice.Forward(start + 2L * key, 2L * key), qkv));
            Value shares = agreement.one(new Softmax.Forward(), agreement.one(scaled, q, k));
            parts.add(agreement.one(new MatMul.Plain(1), shares, values.getLast()));
            if (head == heads - 1) {
                Value dy = agreement.normal("dy", seed, type, images, image[0], image[1], 2L * key);
                Value dshares = agreement.one(new MatMul.RightTransposed(1), dy, values.getLast());
                Value dscores = agreement.one(new Softmax.Gradient(), dshares, shares);
                Tolerance gradient = Tolerance.roundings(type, 2).andOfLargest(type, 32).andOfLargest(DType.F32, 512);
                agreement.compare(agreement.one(new MatMul.Plain(scaled.scale()), dscores, k), gradient);
                agreement.compare(agreement.one(new MatMul.LeftTransposed(scaled.scale(), image[0], image[1]),
                        dscores, q), gradient);
                agreement.compare(agreement.one(new MatMul.LeftTransposed(1, image[0], image[1]), shares, dy),
                        gradient);
            }
        }
        Value sum = agreement.one(new Add(), agreement.one(new Concat(), parts.toArray(Value[]::new)),
                agreement.one(new Concat(), values.toArray(Value[]::new)));
        return agreement.compare(sum, Tolerance.roundings(type, 2).andOfLargest(type, 8).andOfLargest(DType.F32, 128));
    }

    static Agreement softmax(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        Value x = rows(agreement, "x", seed, type, dims(seed));
        if (seed.chance(.5)) {
            x = agreement.one(new Silu.Forward(), x); // an intermediate value, which may be overwritten
        }
        return agreement.compare(agreement.one(new Softmax.Forward(), x),
                Tolerance.roundings(type, 2).andOfLargest(DType.F32, 16).andOfLargest(type, x.isInput() ? 0 : 4));
    }

    static Agreement softmaxGradient(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        Value dy = rows(agreement, "dy", seed, type, dims);
        Value y = rows(agreement, "y", seed, type, dims);
        return agreement.compare(agreement.one(new Softmax.Gradient(), dy, y),
                Tolerance.roundings(type, 2).andOfLargest(DType.F32, 64));
    }

    private static long[] dims(Seed seed) {
        int columns = seed.pick(1, 2, 7, 33, 169, 400, 1000);
        return seed.chance(.3) ? new long[] {seed.between(1, 9), columns}
                : new long[] {seed.between(1, 2), seed.between(1, 5), seed.between(1, 5), columns};
    }

    private static Value rows(Agreement agreement, String name, Seed seed, DType type, long[] dims) {
        return dims.length == 4 ? operand(agreement, name, seed, type, dims)
                : agreement.normal(name, seed, type, dims);
    }
}

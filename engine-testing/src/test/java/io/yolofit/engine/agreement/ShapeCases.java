package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Upsample;
import io.yolofit.graph.op.Window;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;

/// Pooling, upsampling, concat, slice, add and casts.
final class ShapeCases {
    private ShapeCases() {
    }

    private static long[] dims(Seed seed) {
        return new long[] {seed.between(1, 3), seed.pick(1, 5, 7, 12, 33), seed.pick(1, 5, 7, 12, 33),
            seed.pick(1, 3, 7, 8, 13, 33)};
    }

    /// Few distinct numbers, so that the maximum of a window is tied.
    private static Value tied(Agreement agreement, Seed seed, DType type, long... dims) {
        TensorType tensor = TensorType.of(type, dims);
        double[] values = new double[(int) tensor.shape().count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = seed.between(-3, 3) / 2.0;
        }
        return agreement.input("x", tensor, values);
    }

    /// Windows as `{kernel, stride, padding}`; the first is that of SPPF.
    private static int[] pool(Seed seed, long[] dims) {
        int[] pool = seed.pick(List.of(new int[] {5, 1, 2}, new int[] {2, 2, 0}, new int[] {3, 2, 1},
                new int[] {13, 1, 6}, new int[] {3, 1, 0}));
        boolean fits = pool[0] <= Math.min(dims[1], dims[2]) + 2 * pool[2];
        return fits ? pool : new int[] {5, 1, 2};
    }

    static Agreement maxPool(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int[] pool = pool(seed, dims);
        Value x = seed.chance(.5) ? tied(agreement, seed, type, dims) : agreement.normal("x", seed, type, dims);
        return agreement.compare(agreement.one(new MaxPool.Forward(pool[0], pool[1], pool[2]), x), Tolerance.EXACT);
    }

    /// Many windows may share a maximum; their gradients are summed in the activation type.
    static Agreement maxPoolGradient(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int[] pool = pool(seed, dims);
        Value x = seed.chance(.5) ? tied(agreement, seed, type, dims) : agreement.normal("x", seed, type, dims);
        long height = Math.floorDiv(dims[1] + 2 * pool[2] - pool[0], pool[1]) + 1;
        long width = Math.floorDiv(dims[2] + 2 * pool[2] - pool[0], pool[1]) + 1;
        List<Value> operands = new ArrayList<>(List.of(x,
                agreement.normal("dy", seed, type, dims[0], height, width, dims[3])));
        if (seed.chance(.5)) {
            operands.add(agreement.normal("existing", seed, type, dims));
        }
        Value dx = agreement.one(new MaxPool.Gradient(pool[0], pool[1], pool[2]), operands.toArray(Value[]::new));
        return agreement.compare(dx, Tolerance.roundings(type, 2).andOfLargest(type, 6));
    }

    /// Like [#pool]; the first is that of ADown.
    private static int[] averaged(Seed seed, long[] dims) {
        int[] pool = seed.pick(List.of(new int[] {2, 1, 0}, new int[] {2, 2, 1}, new int[] {3, 2, 1},
                new int[] {5, 1, 2}, new int[] {3, 4, 0}));
        boolean fits = pool[0] <= Math.min(dims[1], dims[2]) + 2 * pool[2];
        return fits ? pool : new int[] {3, 2, 1};
    }

    static Agreement averagePool(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int[] pool = averaged(seed, dims);
        Value x = agreement.normal("x", seed, type, dims);
        Value y = agreement.one(new AveragePool.Forward(pool[0], pool[1], pool[2]), x);
        return agreement.compare(y, Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 8));
    }

    static Agreement averagePoolGradient(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int[] pool = averaged(seed, dims);
        long height = Math.floorDiv(dims[1] + 2 * pool[2] - pool[0], pool[1]) + 1;
        long width = Math.floorDiv(dims[2] + 2 * pool[2] - pool[0], pool[1]) + 1;
        List<Value> operands = new ArrayList<>(List.of(
                agreement.normal("dy", seed, type, dims[0], height, width, dims[3])));
        if (seed.chance(.5)) {
            operands.add(agreement.normal("existing", seed, type, dims));
        }
        Value dx = agreement.one(new AveragePool.Gradient(pool[0], pool[1], pool[2], Shape.of(dims)),
                operands.toArray(Value[]::new));
        return agreement.compare(dx, Tolerance.roundings(type, 2).andOfLargest(type, 6));
    }

    static Agreement upsample(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        Value x = agreement.normal("x", seed, type, dims(seed));
        return agreement.compare(agreement.one(new Upsample.Forward(seed.between(1, 3)), x), Tolerance.EXACT);
    }

    static Agreement upsampleGradient(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int factor = seed.between(1, 3);
        List<Value> operands = new ArrayList<>(List.of(
                agreement.normal("dy", seed, type, dims[0], dims[1] * factor, dims[2] * factor, dims[3])));
        if (seed.chance(.5)) {
            operands.add(agreement.normal("existing", seed, type, dims));
        }
        Value dx = agreement.one(new Upsample.Gradient(factor), operands.toArray(Value[]::new));
        return agreement.compare(dx, Tolerance.roundings(type, 2).andOfLargest(type, 4));
    }

    /// Parts written directly into the concat, parts that a convolution also reads and that are copied, repeated parts.
    static Agreement concat(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        List<Value> parts = new ArrayList<>();
        int count = seed.between(1, 6);
        for (int i = 0; i < count; i++) {
            dims[3] = seed.pick(1, 3, 7, 8, 13);
            Value x = agreement.normal("x" + i, seed, type, dims);
            parts.add(seed.chance(.5) ? x : agreement.one(new Silu.Forward(), x));
        }
        if (seed.chance(.3)) {
            parts.add(parts.getFirst());
        }
        Value y = agreement.one(new Concat(), parts.toArray(Value[]::new));
        return agreement.compare(y, Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 8));
    }

    /// As a strided view for pointwise readers, and as a packed copy for a convolution or a graph output.
    static Agreement slice(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        Value x = agreement.normal("x", seed, type, dims);
        int offset = seed.between(0, (int) dims[3] - 1);
        long channels = seed.between(1, (int) dims[3] - offset);
        Value part = agreement.one(new Slice.Forward(offset, channels), x);
        Tolerance pointwise = Tolerance.roundings(type, 2).andOfLargest(DType.F32, 8);
        switch (seed.between(0, 4)) {
            case 0 -> agreement.compare(part, Tolerance.EXACT);
            case 1 -> agreement.compare(agreement.one(new Silu.Forward(), part), pointwise);
            case 2 -> agreement.compare(agreement.one(new Add(), part, part), pointwise);
            case 3 -> agreement.compare(agreement.one(new Concat(), part, x, part), Tolerance.EXACT);
            case 4 -> agreement.compare(agreement.one(new Conv2d.Forward(Window.of(1, 1)), part,
                    agreement.normal("w", seed, type, 4, 3, 3, channels)), pointwise.andOfLargest(DType.F32, 16));
            default -> throw new IllegalStateException("no such reader");
        }
        return agreement;
    }

    /// Of a tensor, of a slice of one, and of a vector; read with a pitch, packed, and written into a concat.
    static Agreement reshape(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        if (seed.chance(.2)) {
            Value vector = agreement.normal("x", seed, type, dims[3]);
            return agreement.compare(agreement.one(new Reshape(Shape.of(dims[3], 1, 1, 1)), vector), Tolerance.EXACT);
        }
        Value x = agreement.normal("x", seed, type, dims);
        boolean whole = seed.chance(.5);
        int offset = whole ? 0 : seed.between(0, (int) dims[3] - 1);
        long channels = whole ? dims[3] : seed.between(1, (int) dims[3] - offset);
        Value part = whole ? x : agreement.one(new Slice.Forward(offset, channels), x);
        Value y = agreement.one(new Reshape(Shape.of(dims[0] * dims[1], dims[2], 1, channels)), part);
        Value back = agreement.one(new Reshape(Shape.of(dims[0], dims[1], dims[2], channels)), y);
        Tolerance pointwise = Tolerance.roundings(type, 2).andOfLargest(DType.F32, 8);
        switch (seed.between(0, 3)) {
            case 0 -> agreement.compare(y, Tolerance.EXACT);
            case 1 -> agreement.compare(agreement.one(new Silu.Forward(), y), pointwise);
            case 2 -> agreement.compare(agreement.one(new Concat(), back, x), Tolerance.EXACT);
            case 3 -> agreement.compare(agreement.one(new Conv2d.Forward(Window.of(1, 1)), back,
                    agreement.normal("w", seed, type, 4, 3, 3, channels)), pointwise.andOfLargest(DType.F32, 16));
            default -> throw new IllegalStateException("no such reader");
        }
        return agreement;
    }

    /// Of a whole tensor or of a channel slice, which a convolution needs packed.
    static Agreement detach(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        Value x = agreement.normal("x", seed, type, dims);
        Value part = seed.chance(.5) ? x : agreement.one(new Slice.Forward(0, seed.between(1, (int) dims[3])), x);
        Value detached = agreement.one(new Detach(), part);
        return seed.chance(.5) ? agreement.compare(detached, Tolerance.EXACT)
                : agreement.compare(agreement.one(new Conv2d.Forward(Window.of(1, 1)), detached, agreement.normal("w",
                        seed, type, 4, 3, 3, detached.shape().channels())),
                        Tolerance.roundings(type, 2).andOfLargest(DType.F32, 24));
    }

    static Agreement sliceGradient(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        int offset = seed.between(0, 9);
        long total = offset + dims[3] + seed.between(0, 9);
        List<Value> operands = new ArrayList<>(List.of(agreement.normal("dy", seed, type, dims)));
        if (seed.chance(.5)) {
            operands.add(agreement.normal("existing", seed, type, dims[0], dims[1], dims[2], total));
        }
        Value dx = agreement.one(new Slice.Gradient(offset, total), operands.toArray(Value[]::new));
        return agreement.compare(dx, Tolerance.roundings(type, 1.02));
    }

    static Agreement add(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = dims(seed);
        Value a = agreement.normal("a", seed, type, dims);
        Value b = seed.chance(.2) ? a : agreement.normal("b", seed, type, dims);
        return agreement.compare(agreement.one(new Add(), a, b), Tolerance.roundings(type, 1.02));
    }

    /// To and from every floating-point type.
    static Agreement cast(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        long[] dims = seed.chance(.5) ? dims(seed) : new long[] {seed.between(1, 300)};
        for (DType other : List.of(DType.F32, DType.F16, DType.BF16)) {
            Value x = agreement.normal("x" + other, seed, type, dims);
            agreement.compare(agreement.one(new Cast(other), x), Tolerance.roundings(other, 1.001)
                    .andOfLargest(DType.F16, 1e-3));
        }
        return agreement;
    }

    static Agreement pixels(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        TensorType bytes = TensorType.of(DType.U8, seed.between(1, 3), seed.pick(1, 5, 12), seed.pick(1, 5, 33), 3);
        double[] values = new double[(int) bytes.shape().count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = seed.between(0, 255);
        }
        values[0] = 255;
        Value x = agreement.one(new Pixels(type), agreement.input("images", bytes, values));
        return agreement.compare(x, Tolerance.roundings(type, type == DType.F32 ? 1.001 : 1.01));
    }
}

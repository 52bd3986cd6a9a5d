package io.yolofit.graph.testing;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.Upsample;
import io.yolofit.graph.op.Window;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A random detector: a directed acyclic graph of blocks, pools, slices, sums and concats at four resolutions, whose
/// unread values are all inputs of a head with one or two levels.
public final class RandomNet {
    /// Maximum number of objects per batch.
    public static final int CAPACITY = 6;

    private static final int DEEPEST = 8;
    private static final int WIDEST = 16;

    private final Seed seed;
    private final boolean foldable;
    private final Nets nets = new Nets();
    private final List<Value> values = new ArrayList<>();
    private final Set<Value> loose = new LinkedHashSet<>();
    private final int height;
    private final int width;
    private final int images;
    private final int classes;
    private final List<Integer> strides;
    private final Graph forward;
    private int rows;
    private int blocks;

    private RandomNet(Seed seed, boolean foldable) {
        this.seed = seed;
        this.foldable = foldable;
        images = seed.between(1, 3);
        height = seed.pick(16, 24);
        width = seed.pick(16, 24);
        classes = seed.between(1, 3);
        strides = seed.chance(.5) ? List.of(4, 8) : List.of(8);
        Value pixels = nets.images(images, height, width);
        add(block(pixels, 2));
        values.add(pixels); // some nodes read the image too
        int steps = seed.between(3, 12);
        for (int i = 0; i < steps; i++) {
            rows += seed.chance(.5) ? 1 : 0;
            step();
        }
        for (int level = 0; level < strides.size(); level++) {
            nets.head(level, headInput(level), classes);
        }
        forward = nets.build();
    }

    /// A net in which every normalization is the only reader of a convolution, as in a model.
    public static RandomNet foldable(Seed seed) {
        return new RandomNet(seed, true);
    }

    /// A net in which any node may read any value of a fitting shape.
    public static RandomNet wild(Seed seed) {
        return new RandomNet(seed, false);
    }

    public Graph forward() {
        return forward;
    }

    public int images() {
        return images;
    }

    public int classes() {
        return classes;
    }

    public List<BranchLoss> loss(boolean gradients) {
        return Nets.losses(strides, gradients);
    }

    public BranchDecode decode() {
        return Nets.decode(strides);
    }

    private void step() {
        Value x = seed.pick(values);
        long channels = x.shape().channels();
        switch (channels > WIDEST ? 0 : seed.between(0, 13)) {
            case 0 -> add(block(x, 1));
            case 1 -> add(scale(x) < DEEPEST ? block(x, 2) : block(x, 1));
            case 2 -> add(biased(x));
            case 3 -> add(pool(x, seed.pick(3, 5)));
            case 4 -> add(scale(x) < DEEPEST ? op(new MaxPool.Forward(2, 2, 0), x) : block(x, 1));
            case 5 -> add(scale(x) > 2 ? op(new Upsample.Forward(2), x) : block(x, 1));
            case 6 -> add(concat(x));
            case 7 -> add(channels > 1 ? slice(x) : block(x, 1));
            case 8 -> add(op(new Add(), x, seed.pick(alike(x, true))));
            case 9 -> split(block(x, 1));
            case 10 -> add(foldable ? op(new Silu.Forward(), x) : norm(x, Activation.SILU));
            case 11 -> add(op(new Add(), x, seed.chance(.5) ? pool(x, 3) : plain(x, (int) channels)));
            case 12 -> add(scale(x) < DEEPEST && seed.chance(.5) ? op(new AveragePool.Forward(2, 2, 0), x)
                    : op(new AveragePool.Forward(3, 1, 1), x));
            case 13 -> add(scale(x) > 2 ? attention(block(x, 1)) : block(x, 1));
            default -> throw new IllegalStateException("no such step");
        }
    }

    /// A pool that keeps the resolution.
    private Value pool(Value x, int kernel) {
        return op(new MaxPool.Forward(kernel, 1, kernel / 2), x);
    }

    private Value op(Op op, Value... operands) {
        loose.removeAll(List.of(operands));
        return nets.op(name(), op, operands);
    }

    private Value block(Value x, int stride) {
        loose.remove(x);
        long channels = x.shape().channels();
        int kernel = seed.pick(1, 3);
        int dilation = kernel == 3 && seed.chance(.2) ? 2 : 1;
        int groups = channels % 2 == 0 && seed.chance(.2) ? 2 : 1;
        Window window = new Window(stride, kernel / 2 * dilation, dilation, groups);
        Value y = nets.conv(name(), x, 2L * seed.between(1, 4), kernel, window);
        if (!foldable && seed.chance(.2)) {
            add(y);
        }
        return norm(y, seed.chance(.8) ? Activation.SILU : Activation.IDENTITY);
    }

    private Value norm(Value y, Activation activation) {
        loose.remove(y);
        return nets.norm(name(), y, activation);
    }

    private Value biased(Value x) {
        Value y = plain(x, seed.between(1, 6));
        return seed.chance(.5) ? op(new Silu.Forward(), y) : y;
    }

    private Value plain(Value x, int outputs) {
        loose.remove(x);
        return nets.biasedConv(name(), x, outputs, 3, Window.of(1, 1));
    }

    /// Attention with one or two heads, whose keys and values may share channels.
    private Value attention(Value x) {
        long half = x.shape().channels() / 2;
        int heads = seed.between(1, 2);
        List<Value> parts = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            Value query = op(new Slice.Forward(half * head, half), x);
            Value key = seed.chance(.5) ? query : op(new Slice.Forward(half, half), x);
            Value scores = op(new MatMul.RightTransposed(.5), query, key);
            parts.add(op(new MatMul.Plain(1), op(new Softmax.Forward(), scores), seed.chance(.5) ? x : key));
        }
        return parts.size() == 1 ? parts.getFirst() : op(new Concat(), parts.toArray(Value[]::new));
    }

    private Value slice(Value x) {
        int channels = (int) x.shape().channels();
        int offset = seed.between(0, channels - 1);
        return op(new Slice.Forward(offset, seed.between(1, channels - offset)), x);
    }

    private Value concat(Value x) {
        List<Value> parts = new ArrayList<>(List.of(x));
        int count = seed.between(1, 3);
        for (int i = 0; i < count; i++) {
            parts.add(seed.pick(alike(x, false)));
        }
        return op(new Concat(), parts.toArray(Value[]::new));
    }

    /// Splits channels, processes one half with residual sums, and concatenates all stages.
    private void split(Value x) {
        long half = Math.max(1, x.shape().channels() / 2);
        Value link = op(new Slice.Forward(x.shape().channels() - half, half), x);
        List<Value> parts = new ArrayList<>(List.of(op(new Slice.Forward(0, half), x), link));
        int depth = seed.between(1, 2);
        for (int i = 0; i < depth; i++) {
            Value inner = nets.block(name(), parts.getLast(), half, 3, 1);
            parts.add(seed.chance(.7) ? op(new Add(), parts.getLast(), inner) : inner);
        }
        add(block(op(new Concat(), parts.toArray(Value[]::new)), 1));
    }

    /// Values of equal resolution, optionally also of equal channels.
    private List<Value> alike(Value x, boolean channels) {
        return values.stream().filter(value -> value.shape().withChannels(1).equals(x.shape().withChannels(1)))
                .filter(value -> !channels || value.shape().equals(x.shape())).toList();
    }

    private Value headInput(int level) {
        int stride = strides.get(level);
        boolean last = level == strides.size() - 1;
        List<Value> ends = loose.stream().filter(value -> last || scale(value) <= stride).toList();
        if (ends.isEmpty()) {
            ends = List.of(seed.pick(values));
        }
        List<Value> parts = ends.stream().map(value -> resized(value, stride)).toList();
        return parts.size() == 1 ? parts.getFirst() : op(new Concat(), parts.toArray(Value[]::new));
    }

    private Value resized(Value value, int stride) {
        int scale = scale(value);
        loose.remove(value);
        if (scale == stride) {
            return value;
        }
        return scale < stride ? op(new MaxPool.Forward(stride / scale, stride / scale, 0), value)
                : op(new Upsample.Forward(scale / stride), value);
    }

    private int scale(Value value) {
        return height / (int) value.shape().dim(1);
    }

    private void add(Value value) {
        values.add(value);
        loose.add(value);
    }

    private String name() {
        return "model." + rows + "." + blocks++;
    }
}

package io.yolofit.zoo.block.attention;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Link;

/// Self-attention between the pixels of an image (Vaswani et al., 2017), with a depthwise convolution of the values as
/// position encoding. Members: `qkv` (1x1, linear) computes query, key and value of head 0, then of head 1 and so on;
/// `pe` is the position encoding, `proj` (1x1, linear) the output projection.
///
/// With `areas` above 1, the pixels of an image in row-major order are split into as many runs of equal length, and
/// attention is between the pixels of a run (Tian et al., YOLOv12, 2025).
///
/// @param keyWidth channels of a head's query and key
/// @param positionKernel side length of the position encoding's kernel
record Attention(int heads, int headWidth, int keyWidth, int areas, int positionKernel) implements Link {
    private static final int HEAD_WIDTH = 64;
    private static final int AREA_HEAD_WIDTH = 32;
    private static final int POSITION_KERNEL = 3;
    private static final int AREA_POSITION_KERNEL = 7;

    /// Attention of YOLOv10 and YOLO11: heads of 64 channels, with keys of half of the head's width.
    static Attention of(int channels) {
        int heads = Math.max(1, channels / HEAD_WIDTH);
        int width = headWidth(channels, heads, HEAD_WIDTH);
        return new Attention(heads, width, width / 2, 1, POSITION_KERNEL);
    }

    /// Area attention of YOLOv12: heads of 32 channels.
    static Attention ofAreas(int channels, int areas) {
        int heads = Math.max(1, channels / AREA_HEAD_WIDTH);
        int width = headWidth(channels, heads, AREA_HEAD_WIDTH);
        return new Attention(heads, width, width, areas, AREA_POSITION_KERNEL);
    }

    private static int headWidth(int channels, int heads, int wanted) {
        if (channels % heads != 0) {
            throw new ArchitectureException("attention over " + channels + " channels, which do not split into heads"
                    + " of " + channels / heads, "", "give a width that is a multiple of " + wanted);
        }
        return channels / heads;
    }

    @Override
    public Value build(Scope scope, Value x) {
        int channels = heads * headWidth;
        Value qkv = Convolution.of(channels + 2 * heads * keyWidth, 1).linear().build(scope.child("qkv"), x);
        Value runs = inRuns(scope, qkv);
        Value[] results = new Value[heads];
        Value[] values = new Value[heads];
        for (int i = 0; i < heads; i++) {
            int start = i * (2 * keyWidth + headWidth);
            Value q = scope.emit(new Slice.Forward(start, keyWidth), runs);
            Value k = scope.emit(new Slice.Forward(start + keyWidth, keyWidth), runs);
            Value v = scope.emit(new Slice.Forward(start + 2 * keyWidth, headWidth), runs);
            Value weights = scope.emit(new Softmax.Forward(),
                    scope.emit(new MatMul.RightTransposed(1 / Math.sqrt(keyWidth)), q, k));
            results[i] = scope.emit(new MatMul.Plain(1), weights, v);
            values[i] = areas == 1 ? v : scope.emit(new Slice.Forward(start + 2 * keyWidth, headWidth), qkv);
        }
        Value attended = asImages(scope, joined(scope, results), qkv.shape());
        Value position = Convolution.depthwise(channels, positionKernel).linear()
                .build(scope.child("pe"), joined(scope, values));
        return Convolution.of(channels, 1).linear().build(scope.child("proj"),
                scope.emit(new Add(), attended, position));
    }

    private static Value joined(Scope scope, Value[] heads) {
        return heads.length == 1 ? heads[0] : scope.emit(new Concat(), heads);
    }

    private Value inRuns(Scope scope, Value x) {
        if (areas == 1) {
            return x;
        }
        long pixels = x.shape().dim(1) * x.shape().dim(2);
        if (pixels % areas != 0) {
            throw new ArchitectureException("attention over " + x.shape().dim(1) + "x" + x.shape().dim(2)
                    + " pixels, which do not split into " + areas + " equal areas", "", "");
        }
        return scope.emit(new Reshape(Shape.of(x.shape().dim(0) * areas, pixels / areas, 1, x.shape().channels())), x);
    }

    private Value asImages(Scope scope, Value runs, Shape images) {
        return areas == 1 ? runs : scope.emit(new Reshape(images.withChannels(runs.shape().channels())), runs);
    }
}

package io.yolofit.zoo.block.attention;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Link;

/// A transformer block: attention `attn`, then two 1x1 convolutions of which the second is linear, both with residual
/// connections.
///
/// @param network member of the convolutions: `ffn`, or `mlp` in YOLOv12
/// @param hidden width between the convolutions
record AttentionLink(Attention attention, String network, int hidden) implements Link {
    private static final int EXPANSION = 2;

    /// `PSABlock`, and the body of `PSA`.
    static AttentionLink of(int channels) {
        return new AttentionLink(Attention.of(channels), "ffn", EXPANSION * channels);
    }

    /// `ABlock`.
    ///
    /// @param ratio of the width between the convolutions to the channels
    static AttentionLink ofAreas(int channels, int areas, double ratio) {
        return new AttentionLink(Attention.ofAreas(channels, areas), "mlp", (int) (channels * ratio));
    }

    @Override
    public Value build(Scope scope, Value x) {
        Value attended = scope.emit(new Add(), x, attention.build(scope.child("attn"), x));
        Value wide = Convolution.of(hidden, 1).build(scope.child(network + ".0"), attended);
        Value y = Convolution.of(Scope.channels(x), 1).linear().build(scope.child(network + ".1"), wide);
        return scope.emit(new Add(), attended, y);
    }
}

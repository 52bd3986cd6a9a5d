package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `ADown`: a 2x2 average pool of stride 1, whose halves are reduced by `cv1`, a 3x3 convolution of stride 2, and by a
/// 3x3 max pool of stride 2 followed by the 1x1 convolution `cv2`.
public final class ADownBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("out");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int half = scope.scale().channels(arguments.positive("out")) / 2;
        Value x = inputs.only();
        int channels = Scope.channels(x);
        if (channels % 2 != 0) {
            throw new ArchitectureException("ADown reads " + channels + " channels, which have no halves", "",
                    "");
        }
        Value pooled = scope.emit(new AveragePool.Forward(AConvBlock.POOL, 1, 0), x);
        Value first = scope.emit(new Slice.Forward(0, channels / 2), pooled);
        Value second = scope.emit(new Slice.Forward(channels / 2, channels / 2), pooled);
        int kernel = AConvBlock.KERNEL;
        Value convolved = Convolution.of(half, kernel).strided(2).build(scope.child("cv1"), first);
        Value reduced = scope.emit(new MaxPool.Forward(kernel, 2, kernel / 2), second);
        return List.of(scope.emit(new Concat(), convolved,
                Convolution.of(half, 1).build(scope.child("cv2"), reduced)));
    }
}

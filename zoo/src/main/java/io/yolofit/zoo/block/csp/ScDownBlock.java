package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.List;

/// `SCDown` (Wang et al., YOLOv10, 2024): `cv1` changes the channels, the depthwise linear `cv2` the resolution.
public final class ScDownBlock implements Block {
    @Override
    public List<String> fields() {
        return List.of("out", "kernel", "stride");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        Value x = Convolution.of(out, 1).build(scope.child("cv1"), inputs.only());
        return List.of(Convolution.depthwise(out, arguments.positive("kernel")).strided(arguments.positive("stride"))
                .linear().build(scope.child("cv2"), x));
    }
}

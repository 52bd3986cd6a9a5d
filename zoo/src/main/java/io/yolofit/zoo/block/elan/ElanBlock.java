package io.yolofit.zoo.block.elan;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.C3;
import java.util.List;

/// `RepNCSPELAN4` and `ELAN1` (Wang et al., YOLOv9, 2024): the output of `cv1`, of `split` channels, is split in
/// halves; `cv2` processes the second half, `cv3` the output of `cv2`, and `cv4` reads both halves and both outputs.
///
/// In RepNCSPELAN4, `cv2` and `cv3` are [C3] with a chain of [RepBottleneck], followed by a 3x3 convolution; in ELAN1,
/// that convolution alone.
///
/// @param chained whether this is RepNCSPELAN4
public record ElanBlock(boolean chained) implements Block {
    private static final int KERNEL = 3;

    @Override
    public List<String> fields() {
        return chained ? List.of("out", "split", "inner", "length") : List.of("out", "split", "inner");
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        int out = scope.scale().channels(arguments.positive("out"));
        int split = arguments.positive("split");
        int inner = arguments.positive("inner");
        if (split % 2 != 0) {
            throw new ArchitectureException("'split' is " + split + ", which has no halves", "",
                    "give an even number");
        }
        Value halves = Convolution.of(split, 1).build(scope.child("cv1"), inputs.only());
        Value second = scope.emit(new Slice.Forward(split / 2, split / 2), halves);
        int length = chained ? arguments.integer("length", 1, 1) : 0;
        Value first = branch(scope.child("cv2"), second, inner, length);
        Value last = branch(scope.child("cv3"), first, inner, length);
        return List.of(Convolution.of(out, 1).build(scope.child("cv4"), scope.emit(new Concat(), halves, first, last)));
    }

    private Value branch(Scope scope, Value x, int width, int length) {
        Convolution last = Convolution.of(width, KERNEL);
        if (!chained) {
            return last.build(scope, x);
        }
        int hidden = width / 2;
        C3 chain = new C3(width, hidden, new RepBottleneck(hidden), length);
        return last.build(scope.child("1"), chain.build(scope.child("0"), x));
    }
}

package io.yolofit.zoo.block.attention;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Bottleneck;
import java.util.List;

/// `PSA` and `C2PSA`, partial self-attention (Wang et al., YOLOv10, 2024): the output of `cv1` is split in halves, the
/// second half is processed by an [AttentionLink], and `cv2` joins the halves. `C2PSA` has a chain `m` of such links.
///
/// @param chained whether this is C2PSA
public record PsaBlock(boolean chained) implements Block {
    @Override
    public List<String> fields() {
        return List.of("out", "expansion");
    }

    @Override
    public boolean repeats() {
        return chained;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        Value x = inputs.only();
        int out = scope.scale().channels(arguments.positive("out"));
        if (Scope.channels(x) != out) {
            throw new ArchitectureException("partial self-attention keeps the width, but reads " + Scope.channels(x)
                    + " channels for out " + out, "", "");
        }
        int half = Bottleneck.hidden(out, arguments);
        Value halves = Convolution.of(2 * half, 1).build(scope.child("cv1"), x);
        Value first = scope.emit(new Slice.Forward(0, half), halves);
        Value second = scope.emit(new Slice.Forward(half, half), halves);
        AttentionLink link = AttentionLink.of(half);
        for (int i = 0; i < (chained ? repeats : 1); i++) {
            second = link.build(chained ? scope.child("m." + i) : scope, second);
        }
        return List.of(Convolution.of(out, 1).build(scope.child("cv2"), scope.emit(new Concat(), first, second)));
    }
}

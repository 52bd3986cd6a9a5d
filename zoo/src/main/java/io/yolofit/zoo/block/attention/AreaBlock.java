package io.yolofit.zoo.block.attention;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Window;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import io.yolofit.zoo.block.csp.Bottleneck;
import io.yolofit.zoo.block.csp.C3;
import io.yolofit.zoo.block.csp.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `A2C2f` (Tian et al., YOLOv12, 2025): `cv1`, a chain `m` after it, and `cv2` over the output of `cv1` and of every
/// link. A link is two [AttentionLink]s with areas, or [C3] with 3x3 kernels without `attention`.
///
/// With `residual` and `attention`, the input is added to the result, which is first multiplied by the parameter
/// `gamma`, one factor per channel. The scales l and x always have it, with narrower convolutions after the attention.
public final class AreaBlock implements Block {
    private static final Set<String> RESIDUAL_SCALES = Set.of("l", "x");
    private static final double RATIO = 2;
    private static final double RESIDUAL_RATIO = 1.2;

    @Override
    public List<String> fields() {
        return List.of("out", "attention", "areas", "residual", "ratio", "expansion", "groups", "shortcut");
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Value> build(Scope scope, Inputs inputs, Arguments arguments, int repeats) {
        Value x = inputs.only();
        int out = scope.scale().channels(arguments.positive("out"));
        int hidden = Bottleneck.hidden(out, arguments);
        boolean attention = arguments.flag("attention", true);
        boolean large = RESIDUAL_SCALES.contains(scope.scale().name());
        double ratio = arguments.real("ratio", large ? RESIDUAL_RATIO : RATIO);
        Link link = attention ? twice(AttentionLink.ofAreas(hidden, areas(arguments), ratio))
                : C3.c3k(hidden, arguments.flag("shortcut", true), arguments.integer("groups", 1, 1));
        List<Value> parts = new ArrayList<>(List.of(Convolution.of(hidden, 1).build(scope.child("cv1"), x)));
        for (int i = 0; i < repeats; i++) {
            parts.add(link.build(scope.child("m." + i), parts.getLast()));
        }
        Value y = Convolution.of(out, 1).build(scope.child("cv2"),
                scope.emit(new Concat(), parts.toArray(Value[]::new)));
        return List.of(attention && arguments.flag("residual", large) ? residual(scope, x, y) : y);
    }

    /// Files write -1 where there is no attention.
    private static int areas(Arguments arguments) {
        return arguments.integer("areas", 1, 1);
    }

    private static Link twice(AttentionLink link) {
        return (scope, x) -> link.build(scope.child("1"), link.build(scope.child("0"), x));
    }

    /// `x + gamma * y`. A factor per channel is a depthwise 1x1 convolution.
    private static Value residual(Scope scope, Value x, Value y) {
        int channels = Scope.channels(y);
        if (Scope.channels(x) != channels) {
            throw new ArchitectureException("A2C2f with a residual connection keeps the width, but reads "
                    + Scope.channels(x) + " channels for out " + channels, "", "");
        }
        Value gamma = scope.emit(new Reshape(Shape.of(channels, 1, 1, 1)), scope.parameter("gamma", channels));
        return scope.emit(new Add(), x, scope.emit(new Conv2d.Forward(new Window(1, 0, 1, channels)), y, gamma));
    }
}

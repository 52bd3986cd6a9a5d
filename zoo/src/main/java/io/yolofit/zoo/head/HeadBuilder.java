package io.yolofit.zoo.head;

import io.yolofit.graph.Value;
import io.yolofit.graph.op.Detach;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.block.Convolution;
import io.yolofit.zoo.block.Scope;
import java.util.ArrayList;
import java.util.List;

/// Builds a head: per branch and level, box convolutions and class convolutions, whose logits are outputs of the graph.
public final class HeadBuilder {
    private static final int KERNEL = 3;

    private final HeadKind kind;

    private HeadBuilder(HeadKind kind) {
        this.kind = kind;
    }

    /// A builder of a model's head.
    ///
    /// @throws io.yolofit.zoo.architecture.ArchitectureException if the last row is no head or has wrong arguments
    public static HeadBuilder of(Architecture architecture) {
        return new HeadBuilder(HeadCatalog.of(architecture));
    }

    /// A branch with the box logits of its levels.
    ///
    /// @param inputs index of each level's input among the inputs of the head
    public record Built(HeadBranch branch, List<Value> boxes, List<Integer> inputs) {
        /// The branch with its strides.
        public HeadBranch withStrides(List<Integer> strides) {
            return branch.withStrides(strides);
        }
    }

    /// Adds the head to the graph, outputs included.
    public List<Built> build(Scope scope, List<Value> inputs) {
        List<Built> built = new ArrayList<>();
        int levels = kind.separateInputs() ? inputs.size() / kind.branches().size() : inputs.size();
        for (int i = 0; i < kind.branches().size(); i++) {
            int first = kind.separateInputs() ? i * levels : 0;
            built.add(build(kind.branches().get(i), scope, inputs.subList(first, first + levels), first));
        }
        return built;
    }

    /// The specification of the head of a built model.
    public HeadSpec spec(List<HeadBranch> branches, int classes, String path) {
        return new HeadSpec(Task.DETECTION, branches, kind.endToEnd(), classes, path);
    }

    private Built build(HeadBranch branch, Scope scope, List<Value> inputs, int first) {
        int channels = Scope.channels(inputs.getFirst());
        int boxWidth = kind.style().boxWidth(channels, branch.bins());
        int classWidth = kind.style().classWidth(channels, scope.classes());
        List<Value> boxes = new ArrayList<>();
        List<Integer> indices = new ArrayList<>();
        for (int level = 0; level < inputs.size(); level++) {
            Value x = branch.detached() ? scope.child(branch.name() + "." + level).emit(new Detach(), inputs.get(level))
                    : inputs.get(level);
            Value box = boxes(scope.child(branch.members().boxes() + "." + level), x, boxWidth, branch.boxChannels());
            Value cls = classes(scope.child(branch.members().scores() + "." + level), x, classWidth);
            scope.builder().output(branch.outputs().box(level), box);
            scope.builder().output(branch.outputs().cls(level), cls);
            boxes.add(box);
            indices.add(first + level);
        }
        return new Built(branch, boxes, indices);
    }

    private Value boxes(Scope scope, Value x, int width, int out) {
        int groups = kind.style().boxGroups();
        Value first = Convolution.of(width, KERNEL).build(scope.child("0"), x);
        Value second = Convolution.of(width, KERNEL).grouped(groups).build(scope.child("1"), first);
        return Convolution.of(out, 1).grouped(groups).buildPlain(scope.child("2"), second);
    }

    private Value classes(Scope scope, Value x, int width) {
        Value hidden = x;
        for (String member : List.of("0", "1")) {
            hidden = kind.style().depthwise() ? separable(scope.child(member), hidden, width)
                    : Convolution.of(width, KERNEL).build(scope.child(member), hidden);
        }
        return Convolution.of(scope.classes(), 1).buildPlain(scope.child("2"), hidden);
    }

    /// A depthwise 3x3 convolution `0`, then a 1x1 convolution `1`.
    private static Value separable(Scope scope, Value x, int width) {
        Value depthwise = Convolution.depthwise(Scope.channels(x), KERNEL).build(scope.child("0"), x);
        return Convolution.of(width, 1).build(scope.child("1"), depthwise);
    }
}

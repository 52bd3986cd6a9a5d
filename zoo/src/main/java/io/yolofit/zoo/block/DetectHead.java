package io.yolofit.zoo.block;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/// The anchor-free detection head of all families from v5u on: per level, a box branch `cv2` to four distributions of [#BINS] bins,
/// and a class branch `cv3`. It is the last layer, and the only one with several outputs.
public final class DetectHead {
    /// Name of its block.
    public static final String BLOCK = "Detect";
    /// Bins of the distribution of a side's distance, one stride each.
    public static final int BINS = 16;

    private static final List<String> FIELDS = List.of("classes");
    private static final String ANY_CLASSES = "nc";
    private static final int KERNEL = 3;
    private static final int LEAST_BOX_WIDTH = 16;
    private static final int MOST_CLASS_WIDTH = 100;

    private DetectHead() {
    }

    /// Logits of a level.
    public record Level(Value box, Value cls) {
    }

    /// Checks the layer's only argument, `classes`: a number or `nc`. Its value is ignored, because the number of
    /// classes is known from the data.
    ///
    /// @throws ArchitectureException if there are other arguments
    public static void check(LayerSpec layer) {
        Arguments arguments = layer.arguments().bind(BLOCK, FIELDS);
        String classes = arguments.word("classes", ANY_CLASSES);
        if (!classes.equals(ANY_CLASSES) && !classes.matches("\\d+")) {
            throw new ArchitectureException(layer.origin() + ": 'classes' must be a whole number or nc, but is '"
                    + classes + "'");
        }
    }

    /// @param depthwise whether the 3x3 convolutions of the class branch are depthwise, each followed by a 1x1 one
    public static List<Level> build(Scope scope, List<Value> inputs, boolean depthwise) {
        int first = Scope.channels(inputs.getFirst());
        int boxWidth = Math.max(LEAST_BOX_WIDTH, Math.max(first / 4, 4 * BINS));
        int classWidth = Math.max(first, Math.min(scope.classes(), MOST_CLASS_WIDTH));
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            levels.add(new Level(branch(scope.child("cv2." + i), inputs.get(i), boxWidth, 4 * BINS),
                    depthwise ? depthwiseBranch(scope.child("cv3." + i), inputs.get(i), classWidth, scope.classes())
                            : branch(scope.child("cv3." + i), inputs.get(i), classWidth, scope.classes())));
        }
        return levels;
    }

    private static Value depthwiseBranch(Scope scope, Value x, int width, int out) {
        Value y = x;
        for (String member : List.of("0", "1")) {
            Value filtered = Convolution.depthwise(Scope.channels(y), KERNEL).build(scope.child(member + ".0"), y);
            y = Convolution.of(width, 1).build(scope.child(member + ".1"), filtered);
        }
        return Convolution.of(out, 1).buildPlain(scope.child("2"), y);
    }

    private static Value branch(Scope scope, Value x, int width, int out) {
        Value first = Convolution.of(width, KERNEL).build(scope.child("0"), x);
        Value second = Convolution.of(width, KERNEL).build(scope.child("1"), first);
        return Convolution.of(out, 1).buildPlain(scope.child("2"), second);
    }
}

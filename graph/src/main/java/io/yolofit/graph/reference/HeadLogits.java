package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A head's outputs as one list of anchors: level by level, then row by row. The operands are, per level, box logits
/// `[N,H,W,4*bins]` (left, top, right, bottom) and class logits `[N,H,W,classes]`.
final class HeadLogits {
    static final int SIDES = 4;

    private final List<Integer> strides;
    private final int bins;
    private final List<Images> boxShapes = new ArrayList<>();
    private final List<Images> classShapes = new ArrayList<>();
    private final List<double[]> logits;
    private final List<Anchor> anchors = new ArrayList<>();

    /// An anchor: the center of a cell of a level.
    ///
    /// @param x of the center, in stride units
    /// @param y of the center, in stride units
    record Anchor(int level, int stride, int row, int column, double x, double y) {
    }

    HeadLogits(List<Integer> strides, int bins, Node node, List<double[]> in) {
        this.strides = strides;
        this.bins = bins;
        this.logits = in.subList(0, 2 * strides.size());
        for (int level = 0; level < strides.size(); level++) {
            boxShapes.add(Images.of(node.input(2 * level)));
            classShapes.add(Images.of(node.input(2 * level + 1)));
            for (int row = 0; row < boxShapes.get(level).height(); row++) {
                for (int column = 0; column < boxShapes.get(level).width(); column++) {
                    anchors.add(new Anchor(level, strides.get(level), row, column, column + .5, row + .5));
                }
            }
        }
    }

    List<Anchor> anchors() {
        return anchors;
    }

    int bins() {
        return bins;
    }

    int images() {
        return boxShapes.getFirst().images();
    }

    int classes() {
        return classShapes.getFirst().channels();
    }

    /// Width of the network's input, in pixels.
    int width() {
        return boxShapes.getFirst().width() * strides.getFirst();
    }

    /// Height of the network's input, in pixels.
    int height() {
        return boxShapes.getFirst().height() * strides.getFirst();
    }

    /// Index of an anchor's first box logit of a side in its level's box logits.
    int boxAt(int image, Anchor anchor, int side) {
        return boxShapes.get(anchor.level).at(image, anchor.row, anchor.column, side * bins);
    }

    /// Index of an anchor's logit of a class in its level's class logits.
    int classAt(int image, Anchor anchor, int label) {
        return classShapes.get(anchor.level).at(image, anchor.row, anchor.column, label);
    }

    /// Index of an anchor among those of all images, in the order level, image, row, column.
    int rowAt(int image, Anchor anchor) {
        int rows = 0;
        for (Images level : boxShapes.subList(0, anchor.level)) {
            rows += level.pixels();
        }
        Images level = boxShapes.get(anchor.level);
        return rows + (image * level.height() + anchor.row) * level.width() + anchor.column;
    }

    double classLogit(int image, Anchor anchor, int label) {
        return logits.get(2 * anchor.level + 1)[classAt(image, anchor, label)];
    }

    /// Softmax over the bins of one side.
    double[] probabilities(int image, Anchor anchor, int side) {
        int first = boxAt(image, anchor, side);
        double[] row = Arrays.copyOfRange(logits.get(2 * anchor.level), first, first + bins);
        double largest = Arrays.stream(row).max().orElseThrow();
        double sum = Arrays.stream(row).map(logit -> Math.exp(logit - largest)).sum();
        return Arrays.stream(row).map(logit -> Math.exp(logit - largest) / sum).toArray();
    }

    /// Expected distance of one side from the anchor, in stride units.
    static double expectation(double[] probabilities) {
        double expectation = 0;
        for (int bin = 0; bin < probabilities.length; bin++) {
            expectation += bin * probabilities[bin];
        }
        return expectation;
    }

    /// Predicted distance of one side from the anchor, in stride units: the expectation or, with one bin, the logit.
    double distance(int image, Anchor anchor, int side) {
        return bins == 1 ? logits.get(2 * anchor.level)[boxAt(image, anchor, side)]
                : expectation(probabilities(image, anchor, side));
    }

    /// The predicted box, in stride units.
    Box box(int image, Anchor anchor) {
        double[] distances = new double[SIDES];
        Arrays.setAll(distances, side -> distance(image, anchor, side));
        return new Box(anchor.x - distances[0], anchor.y - distances[1], anchor.x + distances[2],
                anchor.y + distances[3]);
    }
}

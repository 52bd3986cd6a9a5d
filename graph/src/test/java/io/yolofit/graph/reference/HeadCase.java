package io.yolofit.graph.reference;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Operands of the loss, with its node: logits of a head for an input of 32 x 48 pixels, and targets.
final class HeadCase {
    static final int HEIGHT = 32;
    static final int WIDTH = 48;

    final DetectionLoss op;
    final int images;
    final int classes;
    final List<double[]> operands = new ArrayList<>();
    private final Graph graph;

    /// @param rows of class, cx, cy, w, h, one array per image
    HeadCase(List<Integer> strides, int bins, int classes, Seed seed, double[]... rows) {
        this(DetectionLoss.of(strides, bins, true), classes, seed, rows);
    }

    /// @param rows of class, cx, cy, w, h, one array per image
    HeadCase(DetectionLoss op, int classes, Seed seed, double[]... rows) {
        this.op = op;
        this.images = rows.length;
        this.classes = classes;
        for (int stride : op.strides()) {
            int cells = HEIGHT / stride * (WIDTH / stride);
            operands.add(boxes(seed, (long) images * cells * 4 * op.bins()));
            operands.add(seed.normal((long) images * cells * classes));
        }
        int count = 0;
        double[] offsets = new double[images + 1];
        for (int image = 0; image < images; image++) {
            count += rows[image].length / TargetColumn.COUNT;
            offsets[image + 1] = count;
        }
        double[] targets = new double[TargetColumn.COUNT * (count + 1)]; // one unused row
        for (int image = 0; image < images; image++) {
            System.arraycopy(rows[image], 0, targets, TargetColumn.COUNT * (int) offsets[image], rows[image].length);
        }
        operands.add(targets);
        operands.add(offsets);
        double[] scalars = new double[StepScalars.COUNT];
        StepScalar.LOSS_SCALE.set(scalars, 1);
        StepScalar.ONE_TO_MANY.set(scalars, .625);
        StepScalar.ONE_TO_ONE.set(scalars, .375);
        operands.add(scalars);
        graph = graph(op.strides(), op.bins(), count + 1);
    }

    private HeadCase(DetectionLoss op, int images, int classes, List<double[]> operands) {
        this.op = op;
        this.images = images;
        this.classes = classes;
        this.operands.addAll(operands);
        graph = graph(op.strides(), op.bins(), operands.get(op.targetsOperand()).length / TargetColumn.COUNT);
    }

    /// With any assignment and weight of the branch.
    static HeadCase random(Seed seed) {
        DetectionLoss op = op(seed);
        return random(seed, seed.pick(List.of(op, op.with(Assignment.ONE_TO_ONE)
                .with(new BranchWeight.Scheduled(StepScalar.ONE_TO_ONE)), op.with(new Assignment(5, 3, 1, 2))
                .with(new BranchWeight.Fixed(.25)))));
    }

    static HeadCase random(Seed seed, Assignment assignment) {
        return random(seed, op(seed).with(assignment));
    }

    /// The same operands under another assignment.
    HeadCase with(Assignment assignment) {
        return new HeadCase(op.with(assignment), images, classes, operands);
    }

    private static DetectionLoss op(Seed seed) {
        return DetectionLoss.of(seed.pick(List.of(List.of(8), List.of(4, 8), List.of(4, 8, 16))), seed.pick(1, 4, 16),
                true);
    }

    private static HeadCase random(Seed seed, DetectionLoss op) {
        int classes = seed.between(1, 3);
        double[][] rows = new double[seed.between(1, 3)][];
        for (int image = 0; image < rows.length; image++) {
            int objects = seed.between(0, 4);
            rows[image] = new double[TargetColumn.COUNT * objects];
            for (int row = 0; row < objects; row++) {
                rows[image][TargetColumn.CLASS.at(row)] = seed.between(0, classes - 1);
                rows[image][TargetColumn.CENTER_X.at(row)] = seed.uniform(0, 1);
                rows[image][TargetColumn.CENTER_Y.at(row)] = seed.uniform(0, 1);
                rows[image][TargetColumn.WIDTH.at(row)] = seed.uniform(.02, 1);
                rows[image][TargetColumn.HEIGHT.at(row)] = seed.uniform(.02, 1);
            }
        }
        return new HeadCase(op, classes, seed, rows);
    }

    /// With one bin, distances of mostly positive sign.
    private double[] boxes(Seed seed, long count) {
        double[] logits = Vectors.scaled(seed.normal(count), 1.5);
        for (int i = 0; op.bins() == 1 && i < logits.length; i++) {
            logits[i] += 1.5;
        }
        return logits;
    }

    private Graph graph(List<Integer> strides, int bins, int rows) {
        GraphBuilder builder = new GraphBuilder();
        List<Value> values = new ArrayList<>();
        for (int stride : strides) {
            TensorType type = TensorType.of(DType.F32, images, HEIGHT / stride, WIDTH / stride, 4L * bins);
            values.add(builder.input("box" + stride, type, Role.ACTIVATION));
            values.add(builder.input("cls" + stride, type.withShape(type.shape().withChannels(classes)),
                    Role.ACTIVATION));
        }
        values.add(builder.input("targets", TensorType.of(DType.F32, rows, TargetColumn.COUNT), Role.TARGET));
        values.add(builder.input("offsets", TensorType.of(DType.I32, images + 1), Role.TARGET));
        values.add(builder.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), Role.INPUT));
        builder.emit(op, "loss", Role.ACTIVATION, values);
        return builder.build();
    }

    Node node() {
        return graph.nodes().getFirst();
    }

    /// Items, then the gradients of all logits.
    List<double[]> run() {
        Map<String, double[]> inputs = new HashMap<>();
        for (int i = 0; i < operands.size(); i++) {
            inputs.put(graph.inputs().get(i).name(), operands.get(i));
        }
        Evaluation evaluation = Interpreter.run(graph, inputs);
        return node().outputs().stream().map(evaluation::of).toList();
    }

    /// Anchors of a level that the assignment of an image can see.
    HeadLogits head(List<double[]> contents) {
        return new HeadLogits(op.strides(), op.bins(), node(), contents);
    }

    List<ReferenceAssigner.Target> targets(int image) {
        List<ReferenceAssigner.Target> targets = new ArrayList<>();
        double[] rows = operands.get(op.targetsOperand());
        double[] offsets = operands.get(op.offsetsOperand());
        for (int row = (int) offsets[image]; row < (int) offsets[image + 1]; row++) {
            targets.add(new ReferenceAssigner.Target((int) TargetColumn.CLASS.of(rows, row),
                    Box.around(WIDTH * TargetColumn.CENTER_X.of(rows, row),
                            HEIGHT * TargetColumn.CENTER_Y.of(rows, row), WIDTH * TargetColumn.WIDTH.of(rows, row),
                            HEIGHT * TargetColumn.HEIGHT.of(rows, row))));
        }
        return targets;
    }

    ReferenceAssigner assignment(int image) {
        return new ReferenceAssigner(head(operands), image, targets(image), op.strides(), op.assignment());
    }

    /// Makes an anchor predict a box at integer distances, in stride units, with a probability of 1 up to rounding.
    void predict(int image, int level, int row, int column, int... distances) {
        int cells = WIDTH / op.strides().get(level);
        int rows = HEIGHT / op.strides().get(level);
        for (int side = 0; side < distances.length; side++) {
            for (int bin = 0; bin < op.bins(); bin++) {
                int at = (((image * rows + row) * cells + column) * 4 + side) * op.bins() + bin;
                operands.get(2 * level)[at] = bin == distances[side] ? 50 : 0;
            }
        }
    }

    /// Sets an anchor's class logit.
    void score(int image, int level, int row, int column, int label, double logit) {
        int cells = WIDTH / op.strides().get(level);
        int rows = HEIGHT / op.strides().get(level);
        operands.get(2 * level + 1)[((image * rows + row) * cells + column) * classes + label] = logit;
    }
}

package io.yolofit.graph.reference;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalars;
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
        this.op = new DetectionLoss(strides, bins, 7.5, .5, 1.5, true);
        this.images = rows.length;
        this.classes = classes;
        for (int stride : strides) {
            int cells = HEIGHT / stride * (WIDTH / stride);
            operands.add(Vectors.scaled(seed.normal((long) images * cells * 4 * bins), 1.5));
            operands.add(seed.normal((long) images * cells * classes));
        }
        int count = 0;
        double[] offsets = new double[images + 1];
        for (int image = 0; image < images; image++) {
            count += rows[image].length / 5;
            offsets[image + 1] = count;
        }
        double[] targets = new double[5 * (count + 1)]; // one unused row
        for (int image = 0; image < images; image++) {
            System.arraycopy(rows[image], 0, targets, 5 * (int) offsets[image], rows[image].length);
        }
        operands.add(targets);
        operands.add(offsets);
        double[] scalars = new double[StepScalars.COUNT];
        scalars[8] = 1;
        operands.add(scalars);
        graph = graph(strides, bins, count + 1);
    }

    static HeadCase random(Seed seed) {
        int classes = seed.between(1, 3);
        double[][] rows = new double[seed.between(1, 3)][];
        for (int image = 0; image < rows.length; image++) {
            rows[image] = new double[5 * seed.between(0, 4)];
            for (int at = 0; at < rows[image].length; at += 5) {
                rows[image][at] = seed.between(0, classes - 1);
                rows[image][at + 1] = seed.uniform(0, 1);
                rows[image][at + 2] = seed.uniform(0, 1);
                rows[image][at + 3] = seed.uniform(.02, 1);
                rows[image][at + 4] = seed.uniform(.02, 1);
            }
        }
        return new HeadCase(seed.pick(List.of(List.of(8), List.of(4, 8), List.of(4, 8, 16))), seed.pick(4, 16), classes,
                seed, rows);
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
        values.add(builder.input("targets", TensorType.of(DType.F32, rows, 5), Role.TARGET));
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
        double[] offsets = operands.get(op.targetsOperand() + 1);
        for (int at = 5 * (int) offsets[image]; at < 5 * (int) offsets[image + 1]; at += 5) {
            targets.add(new ReferenceAssigner.Target((int) rows[at], Box.around(WIDTH * rows[at + 1],
                    HEIGHT * rows[at + 2], WIDTH * rows[at + 3], HEIGHT * rows[at + 4])));
        }
        return targets;
    }

    ReferenceAssigner assignment(int image) {
        return new ReferenceAssigner(head(operands), image, targets(image), op.strides());
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

package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;

/// Random heads of one to three levels and any assignment, with no, few or many objects.
record DetectionCases(Agreement agreement, Seed seed, DType type, List<Integer> strides, int bins, int classes,
        int images, int height, int width) {
    private static final int LARGEST_STRIDE = 32;

    static DetectionCases random(Seed seed, DType type) {
        List<Integer> strides = seed.pick(List.of(List.of(8, 16, 32), List.of(8, 16, 32), List.of(8, 16), List.of(16),
                List.of(4, 8)));
        return new DetectionCases(new Agreement(), seed, type, strides, seed.pick(1, 4, 16), seed.pick(1, 3, 13, 80),
                seed.between(1, 3), LARGEST_STRIDE * seed.between(1, 3), LARGEST_STRIDE * seed.between(1, 3));
    }

    private List<Value> logits() {
        List<Value> logits = new ArrayList<>();
        for (int stride : strides) {
            logits.add(logits("box" + stride, stride, 4 * bins, bins == 1 ? 1.5 : 0)); // mostly positive distances
            logits.add(logits("cls" + stride, stride, classes, -2));
        }
        return logits;
    }

    private Value logits(String name, int stride, int channels, double center) {
        TensorType tensor = TensorType.of(type, images, height / stride, width / stride, channels);
        double[] values = seed.normal(tensor.shape().count());
        for (int i = 0; i < values.length; i++) {
            values[i] = 1.5 * values[i] + center;
        }
        return agreement.input(name, tensor, values);
    }

    static Agreement decode(Seed seed, DType type) {
        DetectionCases it = random(seed, type);
        Value rows = it.agreement.one(new DetectionDecode(it.strides, it.bins), it.logits().toArray(Value[]::new));
        return it.agreement.compare(rows, Tolerance.roundings(DType.F32, 64).andOfLargest(DType.F32, 8));
    }

    static Agreement loss(Seed seed, DType type) {
        DetectionCases it = random(seed, type);
        List<Value> operands = new ArrayList<>(it.logits());
        operands.addAll(it.targets());
        boolean gradients = seed.chance(.8);
        List<Value> outputs = it.agreement.emit(it.op(gradients), operands.toArray(Value[]::new));
        return it.agreement.compare(outputs.getFirst(), Tolerance.roundings(DType.F32, 64).andOfLargest(DType.F32, 8))
                .compare(outputs.subList(1, outputs.size()), Tolerance.roundings(type, type == DType.F32 ? 64 : 1.02)
                        .andOfLargest(DType.F32, 256));
    }

    /// Both halves of the loss; other ranks contribute to the sums.
    static Agreement halves(Seed seed, DType type) {
        DetectionCases it = random(seed, type);
        List<Value> operands = new ArrayList<>(it.logits());
        operands.addAll(it.targets());
        DetectionLoss op = it.op(true);
        List<Value> assigned = it.agreement.emit(op.assign(),
                operands.subList(0, op.assign().operands()).toArray(Value[]::new));
        operands.addAll(assigned.subList(0, 2));
        operands.add(it.agreement.input("sums", TensorType.of(DType.F32, 2), new double[] {seed.pick(0, 40, 300), 7}));
        List<Value> outputs = it.agreement.emit(op, operands.toArray(Value[]::new));
        Tolerance close = Tolerance.roundings(DType.F32, 64).andOfLargest(DType.F32, 8);
        return it.agreement.compare(outputs.getFirst(), close)
                .compare(outputs.subList(1, outputs.size()), Tolerance.roundings(type, type == DType.F32 ? 64 : 1.02)
                        .andOfLargest(DType.F32, 256))
                .compare(assigned, close);
    }

    private DetectionLoss op(boolean gradients) {
        return DetectionLoss.of(strides, bins, gradients)
                .with(seed.pick(List.of(Assignment.ONE_TO_MANY, Assignment.ONE_TO_ONE, new Assignment(10, 3, .5, 6),
                        new Assignment(15, 15, 1, 2))))
                .with(seed.pick(List.of(BranchWeight.ONE, new BranchWeight.Fixed(.25),
                        new BranchWeight.Scheduled(StepScalar.ONE_TO_ONE))));
    }

    /// Targets, offsets and scalars. The capacity may exceed the number of objects.
    private List<Value> targets() {
        double[] offsets = new double[images + 1];
        for (int image = 0; image < images; image++) {
            offsets[image + 1] = offsets[image] + seed.pick(0, 0, 1, 2, 5, 20);
        }
        int rows = (int) offsets[images] + seed.between(1, 3);
        double[] targets = seed.uniform(rows * TargetColumn.COUNT, .02, .98);
        for (int row = 0; row < rows; row++) {
            targets[TargetColumn.CLASS.at(row)] = seed.between(0, classes - 1);
            if (seed.chance(.3)) { // smaller than a stride, at any position
                targets[TargetColumn.WIDTH.at(row)] = seed.uniform(.01, .1);
                targets[TargetColumn.HEIGHT.at(row)] = seed.uniform(.01, .1);
            }
        }
        double[] scalars = Elements.doubles(StepScalars.lossOnly().withBranchWeights(.625, .375).toArray());
        StepScalar.LOSS_SCALE.set(scalars, seed.pick(1, 1, 1024));
        return List.of(agreement.input("targets", TensorType.of(DType.F32, rows, TargetColumn.COUNT), targets),
                agreement.input("offsets", TensorType.of(DType.I32, images + 1), offsets),
                agreement.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), scalars));
    }
}

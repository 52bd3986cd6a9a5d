package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;

/// Random heads of one to three levels, with no, few or many objects.
record DetectionCases(Agreement agreement, Seed seed, DType type, List<Integer> strides, int bins, int classes,
        int images, int height, int width) {
    private static final int LARGEST_STRIDE = 32;
    private static final int TARGET_COLUMNS = 5;

    static DetectionCases random(Seed seed, DType type) {
        List<Integer> strides = seed.pick(List.of(List.of(8, 16, 32), List.of(8, 16, 32), List.of(8, 16), List.of(16),
                List.of(4, 8)));
        return new DetectionCases(new Agreement(), seed, type, strides, seed.pick(4, 16), seed.pick(1, 3, 13, 80),
                seed.between(1, 3), LARGEST_STRIDE * seed.between(1, 3), LARGEST_STRIDE * seed.between(1, 3));
    }

    private List<Value> logits() {
        List<Value> logits = new ArrayList<>();
        for (int stride : strides) {
            logits.add(logits("box" + stride, stride, 4 * bins, 0));
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
        List<Value> outputs = it.agreement.emit(new DetectionLoss(it.strides, it.bins, 7.5, .5, 1.5, gradients),
                operands.toArray(Value[]::new));
        return it.agreement.compare(outputs.getFirst(), Tolerance.roundings(DType.F32, 64).andOfLargest(DType.F32, 8))
                .compare(outputs.subList(1, outputs.size()), Tolerance.roundings(type, type == DType.F32 ? 64 : 1.02)
                        .andOfLargest(DType.F32, 256));
    }

    /// Targets, offsets and scalars. The capacity may exceed the number of objects.
    private List<Value> targets() {
        double[] offsets = new double[images + 1];
        for (int image = 0; image < images; image++) {
            offsets[image + 1] = offsets[image] + seed.pick(0, 0, 1, 2, 5, 20);
        }
        int rows = (int) offsets[images] + seed.between(1, 3);
        double[] targets = seed.uniform(rows * TARGET_COLUMNS, .02, .98);
        for (int row = 0; row < rows; row++) {
            targets[row * TARGET_COLUMNS] = seed.between(0, classes - 1);
            if (seed.chance(.3)) { // smaller than a stride, at any position
                targets[row * TARGET_COLUMNS + 3] = seed.uniform(.01, .1);
                targets[row * TARGET_COLUMNS + 4] = seed.uniform(.01, .1);
            }
        }
        double[] scalars = Elements.doubles(StepScalars.lossOnly().toArray());
        scalars[8] = seed.pick(1, 1, 1024);
        return List.of(agreement.input("targets", TensorType.of(DType.F32, rows, TARGET_COLUMNS), targets),
                agreement.input("offsets", TensorType.of(DType.I32, images + 1), offsets),
                agreement.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), scalars));
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.engine.cpu.detect.Assigned;
import io.yolofit.engine.cpu.detect.BoxDecoder;
import io.yolofit.engine.cpu.detect.BoxFormat;
import io.yolofit.engine.cpu.detect.DetectionLoss;
import io.yolofit.engine.cpu.detect.HeadLevel;
import io.yolofit.engine.cpu.detect.LogitType;
import io.yolofit.engine.cpu.detect.LossResult;
import io.yolofit.engine.cpu.detect.LossSettings;
import io.yolofit.engine.cpu.detect.Targets;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.TargetColumn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// Kernels of the detection head: run the loss and the decoder of `detect` on tensors.
final class DetectionKernels {
    private DetectionKernels() {
    }

    static Kernel decode(DetectionDecode op, Node node, Workers workers) {
        int classes = Math.toIntExact(node.output(0).shape().channels() - 4);
        int images = Math.toIntExact(node.output(0).shape().dim(0));
        LogitType type = logitType(node.input(0));
        BoxDecoder decoder = new BoxDecoder(classes, op.bins(), BoxFormat.CENTER_SIZE, workers.pool(),
                workers.threads());
        return tensors -> {
            List<HeadLevel> levels = levels(type, op.strides(), tensors, node, List.of());
            Tensor predictions = Tensors.empty(node.output(0).type());
            decoder.decode(levels, images, Tensors.memory(predictions));
            tensors.put(node.output(0), predictions);
        };
    }

    /// First half of the loss of several ranks.
    static Kernel assign(io.yolofit.graph.op.DetectionLoss.Assign op, Node node, Workers workers) {
        Assignment assignment = op.assignment();
        LossSettings settings = LossSettings.of(Math.toIntExact(node.input(1).shape().channels()))
                .withRegMax(op.bins()).withAssignment(assignment.topK(), assignment.keep(), assignment.alpha(),
                        assignment.beta());
        LogitType type = logitType(node.input(0));
        DetectionLoss loss = new DetectionLoss(settings, workers.pool(), workers.threads());
        return tensors -> {
            Tensor objects = Tensors.empty(node.output(0).type());
            Tensor softTargets = Tensors.empty(node.output(1).type());
            Tensor sums = Tensors.empty(node.output(2).type());
            Targets targets = targets(tensors, node, op.operands() - 2);
            double sum = loss.assign(levels(type, op.strides(), tensors, node, List.of()), targets,
                    Tensors.memory(objects), Tensors.memory(softTargets));
            Tensors.memory(sums).copyFrom(MemorySegment.ofArray(new float[] {(float) sum, targets.images()}));
            List<Tensor> results = List.of(objects, softTargets, sums);
            for (int i = 0; i < results.size(); i++) {
                tensors.put(node.output(i), results.get(i));
            }
        };
    }

    static Kernel loss(io.yolofit.graph.op.DetectionLoss op, Node node, Workers workers) {
        int classes = Math.toIntExact(node.input(1).shape().channels());
        Assignment assignment = op.assignment();
        LossSettings settings = new LossSettings(op.boxGain(), op.classGain(), op.distanceGain(), classes, op.bins(),
                assignment.topK(), assignment.keep(), assignment.alpha(), assignment.beta());
        LogitType type = logitType(node.input(0));
        DetectionLoss loss = new DetectionLoss(settings, workers.pool(), workers.threads());
        return tensors -> {
            List<Tensor> gradients = new ArrayList<>();
            for (int i = 1; i < node.outputs().size(); i++) {
                gradients.add(Tensors.empty(node.output(i).type()));
            }
            List<HeadLevel> levels = levels(type, op.strides(), tensors, node, gradients);
            Targets targets = targets(tensors, node, op.targetsOperand());
            LossResult result;
            if (op.isAssigned(node)) {
                result = loss.compute(levels, targets, scale(op, tensors, node), assigned(op, tensors, node),
                        op.gradients());
            } else {
                result = op.gradients() ? loss.compute(levels, targets, scale(op, tensors, node))
                        : loss.value(levels, targets);
            }
            Tensor items = Tensors.empty(node.output(0).type());
            Tensors.memory(items).copyFrom(MemorySegment.ofArray(items(result)));
            tensors.put(node.output(0), items);
            for (int i = 0; i < gradients.size(); i++) {
                tensors.put(node.output(i + 1), gradients.get(i));
            }
        };
    }

    /// @param gradients of all logits; empty if there are none
    private static List<HeadLevel> levels(LogitType type, List<Integer> strides, TensorTable tensors, Node node,
            List<Tensor> gradients) {
        List<HeadLevel> levels = new ArrayList<>();
        for (int level = 0; level < strides.size(); level++) {
            Value box = node.input(2 * level);
            MemorySegment boxes = packed(tensors, node, 2 * level);
            MemorySegment scores = packed(tensors, node, 2 * level + 1);
            levels.add(gradients.isEmpty()
                    ? HeadLevel.ofLogits(type, strides.get(level), height(box), width(box), boxes, scores)
                    : new HeadLevel(type, strides.get(level), height(box), width(box), boxes, scores,
                            Tensors.memory(gradients.get(2 * level)), Tensors.memory(gradients.get(2 * level + 1))));
        }
        return levels;
    }

    private static Assigned assigned(io.yolofit.graph.op.DetectionLoss op, TensorTable tensors, Node node) {
        float[] sums = memory(tensors, node, op.sumsOperand()).toArray(ValueLayout.JAVA_FLOAT);
        return new Assigned(memory(tensors, node, op.objectsOperand()), memory(tensors, node, op.objectsOperand() + 1),
                sums[0], sums[1]);
    }

    private static float[] items(LossResult result) {
        float[] items = new float[LossTerm.COUNT];
        for (LossTerm term : LossTerm.values()) {
            items[term.ordinal()] = (float) switch (term) {
                case BOX -> result.box();
                case CLASS -> result.cls();
                case DISTANCE -> result.dfl();
            };
        }
        return items;
    }

    /// Factor of the gradients: loss scale times weight of the branch.
    private static double scale(io.yolofit.graph.op.DetectionLoss op, TensorTable tensors, Node node) {
        float[] numbers = memory(tensors, node, op.scalarsOperand()).toArray(ValueLayout.JAVA_FLOAT);
        double[] scalars = new double[numbers.length];
        Arrays.setAll(scalars, i -> numbers[i]);
        return StepScalar.LOSS_SCALE.in(scalars) * op.weight().in(scalars);
    }

    /// @param operand of the targets; their offsets follow
    private static Targets targets(TensorTable tensors, Node node, int operand) {
        int[] offsets = memory(tensors, node, operand + 1).toArray(ValueLayout.JAVA_INT);
        int objects = offsets[offsets.length - 1];
        long capacity = node.input(operand).shape().dim(0);
        if (objects < 0 || objects > capacity) {
            throw new IllegalArgumentException("the offsets end at " + objects + ", but there are " + capacity
                    + " targets");
        }
        long used = (long) TargetColumn.COUNT * Float.BYTES * objects;
        MemorySegment rows = memory(tensors, node, operand).asSlice(0, used);
        return new Targets(rows.toArray(ValueLayout.JAVA_FLOAT), offsets);
    }

    private static MemorySegment packed(TensorTable tensors, Node node, int operand) {
        return Tensors.memory(Tensors.packed(tensors.input(node, operand)));
    }

    private static MemorySegment memory(TensorTable tensors, Node node, int operand) {
        return Tensors.memory(tensors.input(node, operand));
    }

    private static LogitType logitType(Value logits) {
        return switch (logits.dtype()) {
            case F32 -> LogitType.F32;
            case BF16 -> LogitType.BF16;
            case F16, U8, I32 -> throw new IllegalArgumentException("head outputs in " + logits.dtype().text()
                    + " have no kernel on the CPU; use f32 or bf16");
        };
    }

    private static int height(Value value) {
        return Math.toIntExact(value.shape().dim(1));
    }

    private static int width(Value value) {
        return Math.toIntExact(value.shape().dim(2));
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/// Kernels of the update phase: gradient norm, loss scale, parameters.
final class UpdateKernels {
    private UpdateKernels() {
    }

    static Kernel update(Update op, Node node, Workers workers) {
        return ParameterUpdate.bind(op, node, workers);
    }

    /// Sums the squares in double, in pieces of a fixed size and in a fixed order.
    static Kernel norm(Node node, Workers workers) {
        long count = node.input(0).shape().count();
        return tensors -> {
            MemorySegment gradients = Tensors.memory(tensors.input(node, 0));
            double sum = workers.sum(count, (from, to) -> {
                double squares = 0;
                for (long i = from; i < to; i++) {
                    double gradient = gradients.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    squares += gradient * gradient;
                }
                return squares;
            });
            Tensor norm = Tensors.empty(node.output(0).type());
            Tensors.memory(norm).set(ValueLayout.JAVA_FLOAT, 0, (float) Math.sqrt(sum));
            tensors.put(node.output(0), norm);
        };
    }

    static Kernel lossScale(LossScale op, Node node) {
        return switch (op) {
            case LossScale.Apply apply -> tensors -> tensors.put(node.output(0), scaled(tensors, node));
            case LossScale.Adjust adjust -> tensors -> {
                adjust(adjust, Tensors.memory(tensors.input(node, 0)),
                        Tensors.memory(tensors.input(node, 1)).get(ValueLayout.JAVA_FLOAT, 0));
                tensors.put(node.output(0), tensors.input(node, 0));
            };
        };
    }

    private static Tensor scaled(TensorTable tensors, Node node) {
        StepScalars given = StepScalars.of(Tensors.memory(tensors.input(node, 0)).toArray(ValueLayout.JAVA_FLOAT));
        float[] scaler = Tensors.memory(tensors.input(node, 1)).toArray(ValueLayout.JAVA_FLOAT);
        StepScalars scalars = given.withLossScale(scaler[LossScale.SCALE], scaler[LossScale.UPDATES] + 1);
        Tensor scaled = Tensors.empty(node.output(0).type());
        MemorySegment.copy(scalars.toArray(), 0, Tensors.memory(scaled), ValueLayout.JAVA_FLOAT, 0, StepScalars.COUNT);
        return scaled;
    }

    private static void adjust(LossScale.Adjust op, MemorySegment scaler, float norm) {
        float scale = scaler.getAtIndex(ValueLayout.JAVA_FLOAT, LossScale.SCALE);
        float good = 0;
        if (Float.isFinite(norm)) {
            float updates = scaler.getAtIndex(ValueLayout.JAVA_FLOAT, LossScale.UPDATES);
            scaler.setAtIndex(ValueLayout.JAVA_FLOAT, LossScale.UPDATES, updates + 1);
            good = scaler.getAtIndex(ValueLayout.JAVA_FLOAT, LossScale.GOOD_STEPS) + 1;
            if (good >= op.interval()) {
                scale *= (float) op.growth();
                good = 0;
            }
        } else {
            scale *= (float) op.backoff();
        }
        scaler.setAtIndex(ValueLayout.JAVA_FLOAT, LossScale.SCALE, scale);
        scaler.setAtIndex(ValueLayout.JAVA_FLOAT, LossScale.GOOD_STEPS, good);
    }
}

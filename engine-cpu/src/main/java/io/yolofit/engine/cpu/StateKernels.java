package io.yolofit.engine.cpu;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalars;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/// Kernels of flat buffers: views, packing, sums over ranks, gradient norm, loss scale.
final class StateKernels {
    private StateKernels() {
    }

    static Kernel view(Flat.View op, Node node) {
        return tensors -> tensors.put(node.output(0), Tensors.view(tensors.input(node, 0), op.offset(), op.shape()));
    }

    static Kernel pack(Flat.Pack op, Node node) {
        return tensors -> {
            Tensor flat = op.into() ? tensors.input(node, 0) : Tensors.empty(node.output(0).type());
            long offset = 0;
            for (int i = op.firstPart(); i < node.inputs().size(); i++) {
                Tensor place = Tensors.view(flat, offset, node.input(i).shape());
                Tensor part = tensors.input(node, i);
                if (Tensors.address(place) != Tensors.address(part)) {
                    place.copy_(part);
                }
                offset += node.input(i).shape().count();
            }
            tensors.put(node.output(0), flat);
        };
    }

    static Kernel allReduce(AllReduce op, Node node, Communicator group) {
        if (group.ranks() != op.ranks()) {
            throw new IllegalArgumentException("the program is one of " + op.ranks() + " ranks, but the engine belongs"
                    + " to a group of " + group.ranks() + ": open it with the communicator of the run");
        }
        return tensors -> {
            Tensor vector = tensors.input(node, 0);
            group.sum(Tensors.memory(vector), vector.numel());
            tensors.put(node.output(0), vector);
        };
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

package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfFloat;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// Kernel of [Update]: one pass over the flat buffers, in Java.
final class ParameterUpdate {
    private static final OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final float EPSILON = 1e-8f;
    private static final float RMSPROP_SMOOTHING = .99f;
    private static final double CLIP_EPSILON = 1e-6;

    private final Update op;
    private final MemorySegment parameters;
    private final MemorySegment gradients;
    private final MemorySegment first;
    private final MemorySegment second;
    private final StepScalars scalars;
    private final float scale;

    private ParameterUpdate(Update op, TensorTable tensors, Node node) {
        this.op = op;
        parameters = memory(tensors, node, 0);
        gradients = memory(tensors, node, 1);
        scalars = StepScalars.of(memory(tensors, node, 3).toArray(FLOAT));
        first = memory(tensors, node, Update.FIRST_MOMENT);
        second = op.rule().moments() > 1 ? memory(tensors, node, Update.FIRST_MOMENT + 1) : first;
        double norm = memory(tensors, node, 2).get(FLOAT, 0) / scalars.lossScale();
        double clip = Math.min(1, scalars.clipNorm() / (norm + CLIP_EPSILON));
        scale = (float) (clip / scalars.lossScale());
    }

    static Kernel bind(Update op, Node node, Workers workers) {
        long trainable = node.input(1).shape().count();
        return tensors -> {
            float norm = memory(tensors, node, 2).get(FLOAT, 0);
            if (Float.isFinite(norm)) {
                ParameterUpdate kernel = new ParameterUpdate(op, tensors, node);
                workers.forEach(trainable, kernel::updateRange);
            }
            average(tensors, node, workers);
            List<Integer> updated = new java.util.ArrayList<>(List.of(0, 4));
            for (int i = 0; i < op.rule().moments(); i++) {
                updated.add(Update.FIRST_MOMENT + i);
            }
            if (op.zeroGradients()) {
                tensors.input(node, 1).zero_();
                updated.add(1);
            }
            for (int i = 0; i < updated.size(); i++) {
                tensors.put(node.output(i), tensors.input(node, updated.get(i)));
            }
        };
    }

    /// Splits a range at the group boundaries: each group has its own learning rate, and only group 0 (weights) decays.
    private void updateRange(long from, long to) {
        long start = 0;
        for (int group = 0; group < op.groupEnds().size(); group++) {
            long end = op.groupEnds().get(group);
            long begin = Math.max(from, start);
            long stop = Math.min(to, end);
            if (begin < stop) {
                updateGroup(begin, stop, scalars.rates()[group], group == 0 ? scalars.weightDecay() : 0);
            }
            start = end;
        }
    }

    private void updateGroup(long from, long to, float rate, float decay) {
        switch (op.rule()) {
            case SGD -> sgd(from, to, rate, decay);
            case ADAM -> adam(from, to, rate, decay, 0);
            case ADAMW -> adam(from, to, rate, 0, decay);
            case RMSPROP -> rmsprop(from, to, rate, decay);
        }
    }

    private void sgd(long from, long to, float rate, float decay) {
        float momentum = scalars.momentum();
        for (long i = from; i < to; i++) {
            float parameter = parameters.getAtIndex(FLOAT, i);
            float gradient = gradients.getAtIndex(FLOAT, i) * scale + decay * parameter;
            float velocity = momentum * first.getAtIndex(FLOAT, i) + gradient;
            first.setAtIndex(FLOAT, i, velocity);
            parameters.setAtIndex(FLOAT, i, parameter - rate * (gradient + momentum * velocity));
        }
    }

    /// @param coupled decay added to the gradient (Adam)
    /// @param decoupled decay of the parameter itself (AdamW)
    private void adam(long from, long to, float rate, float coupled, float decoupled) {
        float beta1 = scalars.momentum();
        float beta2 = scalars.beta2();
        float correction1 = (float) (1 - Math.pow(beta1, scalars.step()));
        float correction2 = (float) Math.sqrt(1 - Math.pow(beta2, scalars.step()));
        float stepSize = rate / correction1;
        float shrink = 1 - rate * decoupled;
        for (long i = from; i < to; i++) {
            float parameter = parameters.getAtIndex(FLOAT, i);
            float gradient = gradients.getAtIndex(FLOAT, i) * scale + coupled * parameter;
            float mean = first.getAtIndex(FLOAT, i);
            mean += (gradient - mean) * (1 - beta1);
            float square = beta2 * second.getAtIndex(FLOAT, i) + (1 - beta2) * gradient * gradient;
            first.setAtIndex(FLOAT, i, mean);
            second.setAtIndex(FLOAT, i, square);
            float denominator = (float) Math.sqrt(square) / correction2 + EPSILON;
            parameters.setAtIndex(FLOAT, i, parameter * shrink - stepSize * mean / denominator);
        }
    }

    /// The first moment holds the mean square, the second the velocity.
    private void rmsprop(long from, long to, float rate, float decay) {
        float momentum = scalars.momentum();
        for (long i = from; i < to; i++) {
            float parameter = parameters.getAtIndex(FLOAT, i);
            float gradient = gradients.getAtIndex(FLOAT, i) * scale + decay * parameter;
            float square = RMSPROP_SMOOTHING * first.getAtIndex(FLOAT, i)
                    + (1 - RMSPROP_SMOOTHING) * gradient * gradient;
            float velocity = momentum * second.getAtIndex(FLOAT, i) + gradient / ((float) Math.sqrt(square) + EPSILON);
            first.setAtIndex(FLOAT, i, square);
            second.setAtIndex(FLOAT, i, velocity);
            parameters.setAtIndex(FLOAT, i, parameter - rate * velocity);
        }
    }

    /// `ema = decay * ema + (1 - decay) * value`, for the parameters and then for the statistics.
    private static void average(TensorTable tensors, Node node, Workers workers) {
        MemorySegment ema = memory(tensors, node, 4);
        float decay = StepScalars.of(memory(tensors, node, 3).toArray(FLOAT)).emaDecay();
        long parameterCount = node.input(0).shape().count();
        blend(ema, memory(tensors, node, 0), 0, parameterCount, decay, workers);
        blend(ema, memory(tensors, node, 5), parameterCount, node.input(5).shape().count(), decay, workers);
    }

    private static void blend(MemorySegment ema, MemorySegment source, long offset, long count, float decay,
            Workers workers) {
        workers.forEach(count, (from, to) -> {
            for (long i = from; i < to; i++) {
                float old = ema.getAtIndex(FLOAT, offset + i);
                ema.setAtIndex(FLOAT, offset + i, old * decay + (1 - decay) * source.getAtIndex(FLOAT, i));
            }
        });
    }

    private static MemorySegment memory(TensorTable tensors, Node node, int index) {
        return Tensors.memory(tensors.input(node, index));
    }
}

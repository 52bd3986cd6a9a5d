package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfFloat;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Kernels of [BnAct] and [BnHalf].
final class NormalizationKernels {
    private static final OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private NormalizationKernels() {
    }

    static Kernel bind(BnAct op, Node node, Workers workers) {
        Shape shape = node.input(0).shape();
        long rows = shape.count() / shape.channels();
        BatchNorm batchNorm = new BatchNorm(node.input(0).dtype(), rows, Math.toIntExact(shape.channels()), workers);
        return switch (op) {
            case BnAct.Forward forward -> tensors -> forward(forward, tensors, node, batchNorm);
            case BnAct.Apply apply -> tensors -> apply(apply, tensors, node);
            case BnAct.Gradient gradient -> tensors -> gradient(gradient, tensors, node, batchNorm);
        };
    }

    /// Kernels of the halves of [BnAct].
    static Kernel bind(BnHalf op, Node node, Workers workers) {
        if (op instanceof BnHalf.Moments moments) {
            return tensors -> moments(moments, tensors, node);
        }
        Shape shape = node.input(0).shape();
        long rows = shape.count() / shape.channels();
        BatchNorm batchNorm = new BatchNorm(node.input(0).dtype(), rows, Math.toIntExact(shape.channels()), workers);
        return switch (op) {
            case BnHalf.Sums _ -> tensors -> sums(tensors, node, batchNorm, rows);
            case BnHalf.Moments moments -> tensors -> moments(moments, tensors, node);
            case BnHalf.Reduce reduce -> tensors -> reduce(reduce, tensors, node, batchNorm, rows);
            case BnHalf.Gradient gradient -> tensors -> gradient(gradient, tensors, node, batchNorm);
        };
    }

    /// The rows of a packed operand.
    private static NhwcRows rows(Tensor packed, Value value) {
        return NhwcRows.of(packed, value.dtype(), value.shape());
    }

    /// Statistics, then the same arithmetic as [BnAct.Apply], so that a recomputed activation is bit-identical.
    private static void forward(BnAct.Forward op, TensorTable tensors, Node node, BatchNorm batchNorm) {
        Tensor y = Tensors.packed(tensors.input(node, 0));
        BatchNorm.Moments moments = batchNorm.moments(rows(y, node.input(0)));
        updateRunning(op, tensors, node, moments);
        float[] means = new float[moments.mean().length];
        float[] inverse = new float[means.length];
        for (int c = 0; c < means.length; c++) {
            means[c] = (float) moments.mean()[c];
            inverse[c] = (float) (1 / Math.sqrt(moments.variance()[c] + op.epsilon()));
        }
        Tensor mean = vector(means);
        Tensor invstd = vector(inverse);
        put(op, tensors, node, activated(op.activation(), normalized(y, tensors.input(node, 1), tensors.input(node, 2),
                mean, invstd)));
        tensors.put(node.output(1), mean);
        tensors.put(node.output(2), invstd);
        tensors.put(node.output(3), tensors.input(node, 3));
        tensors.put(node.output(4), tensors.input(node, 4));
    }

    /// Updates the running statistics in place; a batch with one value per channel leaves them unchanged.
    private static void updateRunning(BnAct.Forward op, TensorTable tensors, Node node, BatchNorm.Moments moments) {
        double count = node.input(0).shape().count() / (double) moments.mean().length;
        if (count == 1) {
            return;
        }
        MemorySegment means = Tensors.memory(tensors.input(node, 3));
        MemorySegment variances = Tensors.memory(tensors.input(node, 4));
        for (int c = 0; c < moments.mean().length; c++) {
            double unbiased = moments.variance()[c] * count / (count - 1);
            means.setAtIndex(FLOAT, c, blend(means.getAtIndex(FLOAT, c), moments.mean()[c], op.momentum()));
            variances.setAtIndex(FLOAT, c, blend(variances.getAtIndex(FLOAT, c), unbiased, op.momentum()));
        }
    }

    private static float blend(double running, double batch, double momentum) {
        return (float) ((1 - momentum) * running + momentum * batch);
    }

    private static void apply(BnAct.Apply op, TensorTable tensors, Node node) {
        put(op, tensors, node, activated(op.activation(), normalized(tensors.input(node, 0), tensors.input(node, 1),
                tensors.input(node, 2), tensors.input(node, 3), tensors.input(node, 4))));
    }

    /// Adds the residual, and writes the packed copy of some channels, where the node has them.
    private static void put(BnAct.Result op, TensorTable tensors, Node node, Tensor activated) {
        Tensor a = BnAct.hasResidual(node) ? activated.add_(tensors.input(node, BnAct.RESIDUAL)) : activated;
        tensors.put(node.output(0), a);
        if (!op.copy().isNone()) {
            Tensor part = a.narrow(Tensors.CHANNELS, op.copy().offset(), op.copy().channels());
            tensors.put(node.outputs().getLast(), Tensors.packed(part));
        }
    }

    private static Tensor activated(Activation activation, Tensor z) {
        return switch (activation) {
            case SILU -> torch.silu_(z);
            case IDENTITY -> z;
            case RELU, LEAKY_RELU -> torch.leaky_relu_(z, new Scalar(activation.slope()));
        };
    }

    private static void gradient(BnAct.Gradient op, TensorTable tensors, Node node, BatchNorm batchNorm) {
        Tensor da = tensors.input(node, 0);
        Tensor y = Tensors.packed(tensors.input(node, 1));
        Tensor mean = tensors.input(node, 4);
        Tensor invstd = tensors.input(node, 5);
        boolean linear = op.activation() == Activation.IDENTITY;
        Tensor z = !linear || op.recompute()
                ? normalized(y, tensors.input(node, 2), tensors.input(node, 3), mean, invstd) : null;
        if (op.recompute()) { // z is overwritten below
            tensors.put(node.output(BnAct.Gradient.RECOMPUTED), linear ? z : activated(op.activation(), z.clone()));
        }
        Tensor dz = activationGradient(op.activation(), da, z);
        Tensor dy = linear ? Tensors.empty(node.output(0).type()) : dz;
        BatchNorm.Gradients gradients = batchNorm.gradient(rows(dz, node.input(0)), rows(y, node.input(1)),
                rows(dy, node.output(0)), floats(mean), floats(invstd), floats(tensors.input(node, 2)));
        tensors.put(node.output(0), dy);
        tensors.put(node.output(1), vector(gradients.gamma()));
        tensors.put(node.output(2), vector(gradients.beta()));
    }

    /// dz. Overwrites z, which may be null for the identity.
    private static Tensor activationGradient(Activation activation, Tensor da, Tensor z) {
        return switch (activation) {
            case SILU -> torch.silu_backward_out(z, da, z);
            case IDENTITY -> Tensors.packed(da);
            case RELU, LEAKY_RELU ->
                    Tensors.packed(torch.leaky_relu_backward(da, z, new Scalar(activation.slope()), false));
        };
    }

    private static void sums(TensorTable tensors, Node node, BatchNorm batchNorm, long rows) {
        BatchNorm.Moments moments = batchNorm.moments(rows(Tensors.packed(tensors.input(node, 0)), node.input(0)));
        float[] shift = floats(tensors.input(node, 1));
        float[] sums = new float[2 * shift.length + 1];
        for (int c = 0; c < shift.length; c++) {
            double mean = moments.mean()[c] - shift[c];
            sums[c] = (float) (rows * mean);
            sums[shift.length + c] = (float) (rows * (moments.variance()[c] + mean * mean));
        }
        sums[2 * shift.length] = rows;
        tensors.put(node.output(0), vector(sums));
    }

    private static void moments(BnHalf.Moments op, TensorTable tensors, Node node) {
        float[] sums = floats(tensors.input(node, 0));
        MemorySegment means = Tensors.memory(tensors.input(node, 1));
        MemorySegment variances = Tensors.memory(tensors.input(node, 2));
        int channels = sums.length / 2;
        double count = sums[2 * channels];
        float[] mean = new float[channels];
        float[] inverse = new float[channels];
        for (int c = 0; c < channels; c++) {
            double shifted = sums[c] / count;
            double variance = Math.max(0, sums[channels + c] / count - shifted * shifted);
            double average = means.getAtIndex(FLOAT, c) + shifted;
            mean[c] = (float) average;
            inverse[c] = (float) (1 / Math.sqrt(variance + op.epsilon()));
            if (count > 1) {
                means.setAtIndex(FLOAT, c, blend(means.getAtIndex(FLOAT, c), average, op.momentum()));
                variances.setAtIndex(FLOAT, c, blend(variances.getAtIndex(FLOAT, c), variance * count / (count - 1),
                        op.momentum()));
            }
        }
        tensors.put(node.output(0), vector(mean));
        tensors.put(node.output(1), vector(inverse));
        tensors.put(node.output(2), tensors.input(node, 1));
        tensors.put(node.output(3), tensors.input(node, 2));
    }

    private static void reduce(BnHalf.Reduce op, TensorTable tensors, Node node, BatchNorm batchNorm, long rows) {
        Tensor y = Tensors.packed(tensors.input(node, 1));
        Tensor z = op.activation() == Activation.IDENTITY ? null : normalized(y, tensors.input(node, 2),
                tensors.input(node, 3), tensors.input(node, 4), tensors.input(node, 5));
        Tensor dz = activationGradient(op.activation(), tensors.input(node, 0), z);
        BatchNorm.Gradients gradients = batchNorm.reduce(rows(dz, node.input(0)), rows(y, node.input(1)),
                floats(tensors.input(node, 4)), floats(tensors.input(node, 5)));
        int channels = gradients.beta().length;
        float[] sums = Arrays.copyOf(gradients.beta(), 2 * channels + 1);
        System.arraycopy(gradients.gamma(), 0, sums, channels, channels);
        sums[2 * channels] = rows;
        tensors.put(node.output(0), vector(gradients.gamma()));
        tensors.put(node.output(1), vector(gradients.beta()));
        tensors.put(node.output(2), vector(sums));
    }

    private static void gradient(BnHalf.Gradient op, TensorTable tensors, Node node, BatchNorm batchNorm) {
        Tensor y = Tensors.packed(tensors.input(node, 1));
        boolean linear = op.activation() == Activation.IDENTITY;
        Tensor z = !linear || op.recompute() ? normalized(y, tensors.input(node, 2), tensors.input(node, 3),
                tensors.input(node, 4), tensors.input(node, 5)) : null;
        if (op.recompute()) { // z is overwritten below
            tensors.put(node.output(BnHalf.Gradient.RECOMPUTED), linear ? z : activated(op.activation(), z.clone()));
        }
        Tensor dz = activationGradient(op.activation(), tensors.input(node, 0), z);
        Tensor dy = linear ? Tensors.empty(node.output(0).type()) : dz;
        float[] gamma = floats(tensors.input(node, 2));
        float[] sums = floats(tensors.input(node, BnHalf.Gradient.SUMS));
        double[] dbeta = new double[gamma.length];
        double[] dgamma = new double[gamma.length];
        for (int c = 0; c < gamma.length; c++) {
            dbeta[c] = sums[c];
            dgamma[c] = sums[gamma.length + c];
        }
        batchNorm.inputGradient(rows(dz, node.input(0)), rows(y, node.input(1)), rows(dy, node.output(0)),
                floats(tensors.input(node, 4)), floats(tensors.input(node, 5)), gamma, dgamma, dbeta,
                sums[2 * gamma.length]);
        tensors.put(node.output(0), dy);
    }

    private static float[] floats(Tensor vector) {
        return Tensors.memory(vector).toArray(FLOAT);
    }

    private static Tensor vector(float[] values) {
        Tensor tensor = Tensors.empty(TensorType.of(DType.F32, values.length));
        MemorySegment.copy(values, 0, Tensors.memory(tensor), FLOAT, 0, values.length);
        return tensor;
    }

    /// `gamma * (y - mean) * invstd + beta`, by libtorch's inference normalization, which takes a variance.
    private static Tensor normalized(Tensor y, Tensor gamma, Tensor beta, Tensor mean, Tensor invstd) {
        float[] variance = floats(invstd);
        for (int c = 0; c < variance.length; c++) {
            variance[c] = (float) (1 / ((double) variance[c] * variance[c]));
        }
        var result = torch.native_batch_norm(y, new TensorOptional(gamma), new TensorOptional(beta),
                new TensorOptional(mean), new TensorOptional(vector(variance)), false, 0, 0);
        return new Tensor(result.get0());
    }
}

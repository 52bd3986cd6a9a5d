package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.Collections;
import java.util.List;

/// An operation on tensors. Ops are records: two ops with equal attributes are equal.
public sealed interface Op permits Accumulating, Add, AllReduce, AveragePool, BnAct, BnHalf, Cast, Concat, Conv2d,
        Detach, DetectionDecode, DetectionLoss, DetectionLoss.Assign, Flat, FoldBatchNorm, GradientNorm, LeakyRelu,
        LossScale, MaxPool, Pixels, Reshape, Silu, Slice, Softmax, SumConvolutions, Update, Upsample {
    /// Name in the text form and in errors, such as `conv2d.forward`.
    String name();

    /// Shape rule: the types of the outputs.
    ///
    /// @throws io.yolofit.graph.ModelException if the operands do not fit
    List<TensorType> infer(Operands in);

    /// Work and memory traffic of one application.
    Cost cost(Node node);

    /// Which outputs share memory with which inputs.
    default List<Alias> aliases(Node node) {
        return List.of();
    }

    /// Whether the kernel needs this input packed, that is, not a channel slice of a wider tensor.
    default boolean readsPacked(int input) {
        return false;
    }

    /// Whether the kernel writes this output packed, and thus never directly into a slot of a concat.
    default boolean writesPacked(int output) {
        return false;
    }

    /// Roles of the outputs, given the requested role.
    default List<Role> roles(Role asked, int outputs) {
        return Collections.nCopies(outputs, asked);
    }

    /// Suffix that is appended to the node's name to name an output.
    default String outputSuffix(int output) {
        return output == 0 ? "" : "." + output;
    }

    /// Name and attributes, such as `conv2d.forward[window=Window[stride=2, padding=1, dilation=1, groups=1]]`.
    default String text() {
        String record = toString();
        int open = record.indexOf('[');
        String attributes = open < 0 ? "" : record.substring(open);
        return attributes.equals("[]") ? name() : name() + attributes;
    }
}

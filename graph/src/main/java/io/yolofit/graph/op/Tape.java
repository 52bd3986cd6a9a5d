package io.yolofit.graph.op;

import io.yolofit.graph.Value;
import java.util.List;

/// Interface of gradient rules to the differentiation pass. A rule gives the contribution of one reader; the tape sums
/// the contributions of all readers.
public interface Tape {
    /// The complete gradient of an output; null if the loss does not depend on it.
    Value gradientOf(Value output);

    /// Whether the gradient of an input is needed. Rules skip the work otherwise.
    boolean wants(Value input);

    /// Contributes the only output of `op` to the gradient of `input`. An existing gradient is passed to the op as its
    /// last operand if the op can accumulate ([Accumulating]); otherwise an [Add] follows.
    void contribute(Value input, Op op, Value... operands);

    /// Contributes an existing value.
    void contribute(Value input, Value gradient);

    /// Emits an op of the backward pass whose outputs the rule contributes itself.
    List<Value> emit(Op op, Value... operands);
}

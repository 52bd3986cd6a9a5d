package io.yolofit.graph.op;

import io.yolofit.graph.Value;
import java.util.List;

/// What a gradient rule works with. Fan-out is the tape's business: a rule says what one reader contributes.
public interface Tape {
    /// The gradient of an output, complete; null if nothing depends on it.
    Value gradientOf(Value output);

    /// Whether anybody needs the gradient of an input. Rules skip the work otherwise.
    boolean wants(Value input);

    /// Contributes the only output of `op` to the gradient of `input`. If a gradient is there already and the op can
    /// add to it ([Accumulating]), it is passed as the last operand; otherwise an [Add] follows.
    void contribute(Value input, Op op, Value... operands);

    /// Contributes a value that exists already.
    void contribute(Value input, Value gradient);

    /// Emits an op of the backward pass whose outputs the rule distributes itself.
    List<Value> emit(Op op, Value... operands);
}

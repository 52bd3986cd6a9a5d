package io.yolofit.zoo.block;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Op;
import io.yolofit.zoo.architecture.Scale;

/// Context in which a block is built: the graph builder and the path of module names.
///
/// @param activation of the model's convolutions
/// @param classes of the head
public record Scope(GraphBuilder builder, String path, Scale scale, Activation activation, int classes) {
    public Scope child(String member) {
        return new Scope(builder, path + "." + member, scale, activation, classes);
    }

    /// A new parameter `path.member`.
    public Value parameter(String member, long... shape) {
        return builder.input(path + "." + member, TensorType.of(DType.F32, shape), Role.PARAMETER);
    }

    /// A new running statistic `path.member`.
    public Value statistic(String member, long channels) {
        return builder.input(path + "." + member, TensorType.of(DType.F32, channels), Role.STATISTIC);
    }

    /// Appends an op and returns its first output.
    public Value emit(Op op, Value... operands) {
        return builder.emit(op, path, Role.ACTIVATION, operands).getFirst();
    }

    public static int channels(Value value) {
        return Math.toIntExact(value.shape().channels());
    }
}

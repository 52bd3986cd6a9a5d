package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Sum of a vector over all ranks, in place: afterwards every rank has the same bits. All ranks execute the same
/// all-reduces in the same order.
///
/// @param ranks number of ranks, at least 2
public record AllReduce(int ranks) implements Op {
    public AllReduce {
        if (ranks < 2) {
            throw new IllegalArgumentException("an all-reduce over " + ranks + " ranks: it takes at least 2");
        }
    }

    @Override
    public String name() {
        return "all_reduce";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        TensorType vector = in.tensor(0, "vector", 1);
        in.require(vector.dtype() == DType.F32, "the vector is %s, but must be f32", vector.dtype().text());
        return List.of(vector);
    }

    @Override
    public List<Alias> aliases(Node node) {
        return List.of(Alias.inPlace(0, 0));
    }

    /// Bytes that each rank sends and receives in a ring, which is optimal for large vectors.
    public double linkBytes(Node node) {
        return 2.0 * (ranks - 1) / ranks * node.input(0).type().bytes();
    }

    /// Memory traffic and additions; [#linkBytes] is the traffic of the links between ranks.
    @Override
    public Cost cost(Node node) {
        return Cost.of(node, (double) (ranks - 1) / ranks * node.input(0).shape().count());
    }
}

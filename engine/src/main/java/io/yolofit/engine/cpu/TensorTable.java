package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import org.bytedeco.pytorch.Tensor;

/// The tensors that are alive while a program runs, one place a value.
final class TensorTable {
    private final Tensor[] tensors;

    TensorTable(int values) {
        tensors = new Tensor[values];
    }

    Tensor get(Value value) {
        Tensor tensor = tensors[value.id()];
        if (tensor == null) {
            throw new IllegalStateException(value + " is not there: it was freed or never written");
        }
        return tensor;
    }

    Tensor input(Node node, int index) {
        return get(node.input(index));
    }

    /// Keeps a tensor beyond the scope of the node that made it. What libtorch's in-place operators return is only a
    /// reference to their operand's handle, so a handle of the frame's own is made.
    void put(Value value, Tensor tensor) {
        tensors[value.id()] = new Tensor(tensor).retainReference();
    }

    boolean holds(Value value) {
        return tensors[value.id()] != null;
    }

    void free(Value value) {
        Tensor tensor = tensors[value.id()];
        if (tensor != null) {
            tensors[value.id()] = null;
            tensor.releaseReference();
        }
    }
}

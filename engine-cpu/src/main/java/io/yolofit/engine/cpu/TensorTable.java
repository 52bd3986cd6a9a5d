package io.yolofit.engine.cpu;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import org.bytedeco.pytorch.Tensor;

/// The live tensors of a running program, indexed by value id.
final class TensorTable {
    private final Tensor[] tensors;

    TensorTable(int values) {
        tensors = new Tensor[values];
    }

    Tensor get(Value value) {
        Tensor tensor = tensors[value.id()];
        if (tensor == null) {
            throw new IllegalStateException(value + " has no tensor: it was freed or never written");
        }
        return tensor;
    }

    Tensor input(Node node, int index) {
        return get(node.input(index));
    }

    /// Stores a tensor, which then outlives the scope of its kernel. libtorch's in-place
    /// operators return a reference to their operand's handle, so the table creates a handle of its own.
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

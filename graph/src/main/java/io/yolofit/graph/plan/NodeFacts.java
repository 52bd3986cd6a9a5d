package io.yolofit.graph.plan;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Alias;
import java.util.ArrayList;
import java.util.List;

/// What memory planning needs of a node: how its results may share memory with its operands, their sizes, and its
/// workspace. Independent of the graph around the node, so passes that evaluate many variants of a graph compute it
/// once.
public final class NodeFacts {
    private static final Alias[] NONE = new Alias[0];

    /// Sizes of a value, computed once: memory planning reads them many times.
    ///
    /// @param bytes    when packed
    /// @param aligned  bytes rounded up to the arena's alignment
    /// @param channels of a pixel; 1 for a scalar
    /// @param count    elements
    record ValueFacts(DType dtype, long bytes, long aligned, long channels, long count) {
        static ValueFacts of(TensorType type) {
            Shape shape = type.shape();
            return new ValueFacts(type.dtype(), type.bytes(), ArenaPacker.align(type.bytes()),
                    shape.rank() == 0 ? 1 : shape.channels(), shape.count());
        }

        int width() {
            return dtype.bytes();
        }
    }

    /// Operands that the node's producers may write directly into an output.
    final Alias[] slots;
    /// Views and overwritten operands, by output.
    final Alias[][] shared;
    final ValueFacts[] outputs;
    final long workspace;
    final Lane lane;
    private final boolean[] readsPacked;
    private final boolean[] writesPacked;

    private NodeFacts(Node node, WorkspaceModel model) {
        List<Alias> aliases = node.op().aliases(node);
        int results = node.outputs().size();
        slots = aliases.stream().filter(alias -> alias.kind() == Alias.Kind.SLOT).toArray(Alias[]::new);
        shared = new Alias[results][];
        outputs = new ValueFacts[results];
        writesPacked = new boolean[results];
        for (int i = 0; i < results; i++) {
            shared[i] = shared(aliases, i);
            outputs[i] = ValueFacts.of(node.output(i).type());
            writesPacked[i] = node.op().writesPacked(i);
        }
        readsPacked = new boolean[node.inputs().size()];
        for (int i = 0; i < readsPacked.length; i++) {
            readsPacked[i] = node.op().readsPacked(i);
        }
        workspace = model.bytes(node);
        lane = model.lane(node);
    }

    /// @param workspace of the engine's kernels
    public static NodeFacts of(Node node, WorkspaceModel workspace) {
        return new NodeFacts(node, workspace);
    }

    private static Alias[] shared(List<Alias> aliases, int output) {
        List<Alias> found = new ArrayList<>();
        for (Alias alias : aliases) {
            if (alias.kind() != Alias.Kind.SLOT && alias.output() == output) {
                found.add(alias);
            }
        }
        return found.isEmpty() ? NONE : found.toArray(NONE);
    }

    boolean readsPacked(int input) {
        return readsPacked[input];
    }

    boolean writesPacked(int output) {
        return writesPacked[output];
    }

    /// Whether an output has the memory of an operand in any case.
    boolean isBound(int output) {
        for (Alias alias : shared[output]) {
            if (alias.kind() == Alias.Kind.VIEW || alias.kind() == Alias.Kind.IN_PLACE) {
                return true;
            }
        }
        return false;
    }

    /// Whether an output may overwrite an operand element by element.
    boolean mayReuse(int output, int input) {
        for (Alias alias : shared[output]) {
            if (alias.kind() == Alias.Kind.REUSE && alias.input() == input) {
                return true;
            }
        }
        return false;
    }
}

package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.ModelException;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;
import java.util.Locale;

/// The operands of a node, with the checks that shape rules use. A failed check throws a
/// [io.yolofit.graph.ModelException] that lists all operands.
public final class Operands {
    private final Op op;
    private final String where;
    private final List<Value> values;

    public Operands(Op op, String where, List<Value> values) {
        this.op = op;
        this.where = where;
        this.values = List.copyOf(values);
    }

    public int count() {
        return values.size();
    }

    /// @throws io.yolofit.graph.ModelException if there are fewer or more operands
    public void expect(int least, int most) {
        require(values.size() >= least && values.size() <= most, "has %d operands, but takes %d to %d",
                values.size(), least, most);
    }

    /// The operand's type, with its rank checked.
    public TensorType tensor(int index, String name, int rank) {
        require(index < values.size(), "operand %d (%s) is missing", index, name);
        TensorType type = values.get(index).type();
        require(type.shape().rank() == rank, "%s has %d dimensions, but must have %d: %s", name, type.shape().rank(),
                rank, type);
        return type;
    }

    /// A vector `[length]` in fp32.
    public void vector(int index, String name, long length) {
        TensorType type = tensor(index, name, 1);
        require(type.dtype() == DType.F32, "%s is %s, but must be f32", name, type.dtype().text());
        require(type.shape().dim(0) == length, "%s has %d elements, but must have %d", name, type.shape().dim(0),
                length);
    }

    /// The operand's type, of any rank.
    public TensorType any(int index, String name) {
        require(index < values.size(), "operand %d (%s) is missing", index, name);
        return values.get(index).type();
    }

    public void same(TensorType left, TensorType right, String what) {
        require(left.equals(right), "%s differ: %s and %s", what, left, right);
    }

    public void require(boolean holds, String format, Object... arguments) {
        if (!holds) {
            ModelException.Builder error = ModelException.because(op.name(), format, arguments);
            for (int i = 0; i < values.size(); i++) {
                error.operand("#" + i, String.format(Locale.ROOT, "%-28s %s", values.get(i).type(),
                        values.get(i).name()));
            }
            throw error.at(where).build();
        }
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Alias;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Buffer assignment: which values of a graph share memory. Sharing are views, parts that are written directly into
/// their whole, values that overwrite dead ones, and state that is updated in place.
///
/// Assignment takes two sweeps over a [MemorySketch]. First, parts get slots: a part of a concat is written into the
/// concat itself if its producer can write with a pitch, all its readers can read with a pitch (convolutions can do
/// neither), and it has no slot yet; parts of a flat buffer always get their slots, also if they have been updated
/// in place before. Then every value is located, in execution order: in its slot, at its view, over a dead value of
/// equal size that its op may overwrite, or in a new buffer.
///
/// Overwriting a value is legal if no value that overlaps its bytes is read later, is a graph output, outlives the
/// step, or is another output of the same op; and if the op accesses these bytes element by element only.
public final class BufferAssignment {
    private final SketchAssignment sketch;
    private final SketchRanges ranges;
    private final Value[] values;
    private final Location[] locations;

    private BufferAssignment(Graph graph, MemorySketch sketch) {
        this.sketch = new SketchAssignment(sketch);
        ranges = new SketchRanges(sketch, this.sketch);
        values = new Value[sketch.valueCount()];
        locations = new Location[sketch.valueCount()];
        graph.values().forEach(value -> values[value.id()] = value);
        for (Value value : values) {
            if (value != null) {
                int id = value.id();
                locations[id] = new Location(values[this.sketch.root(id)], this.sketch.offset(id),
                        this.sketch.pitch(id));
            }
        }
    }

    /// For nodes that execute one after the other.
    public static BufferAssignment of(Graph graph) {
        return of(graph, WorkspaceModel.none());
    }

    /// @param workspace says until when nodes execute
    public static BufferAssignment of(Graph graph, WorkspaceModel workspace) {
        return new BufferAssignment(graph, MemorySketch.of(graph, workspace));
    }

    /// @param value of the graph
    public Location of(Value value) {
        return locations[value.id()];
    }

    /// Lower bound of the arena, with the workspaces that the assignment was made for: the maximum of live bytes.
    public long lowerBound() {
        return Arrays.stream(ranges.liveBytes()).max().orElseThrow();
    }

    /// Live ranges of the buffers, by the ids of their roots.
    SketchRanges ranges() {
        return ranges;
    }

    SketchAssignment sketch() {
        return sketch;
    }

    /// Whether a node needs no kernel: its output is a view, or all parts were written in place.
    public boolean isFree(Node node) {
        return switch (node.op()) {
            case Flat.View view -> true;
            case Flat.Pack pack -> partsInPlace(node, pack.firstPart());
            case Concat concat -> partsInPlace(node, 0);
            case Slice.Forward _, Detach _, Reshape _ -> of(node.output(0)).root() == of(node.input(0)).root();
            default -> false;
        };
    }

    private boolean partsInPlace(Node node, int first) {
        int inPlace = 0;
        for (Alias alias : node.op().aliases(node)) {
            inPlace += alias.kind() == Alias.Kind.SLOT && isAt(node, alias) ? 1 : 0;
        }
        return inPlace == node.inputs().size() - first;
    }

    /// Whether an operand of a concat or pack already resides in its slot of the output.
    public boolean inPlace(Node node, int input) {
        for (Alias alias : node.op().aliases(node)) {
            if (alias.kind() == Alias.Kind.SLOT && alias.input() == input) {
                return isAt(node, alias);
            }
        }
        return false;
    }

    private boolean isAt(Node node, Alias slot) {
        Value part = node.input(slot.input());
        Location whole = of(node.output(0));
        long pitch = slot.channels() ? whole.pitch() : part.shape().channels();
        return of(part).equals(new Location(whole.root(), whole.offset() + slot.offset() * part.dtype().bytes(),
                pitch));
    }

    /// Values in a root's buffer, in order of assignment.
    List<Value> values(Value root) {
        List<Value> held = new ArrayList<>();
        for (int id = sketch.first(root.id()); id != SketchAssignment.NONE; id = sketch.next(id)) {
            held.add(values[id]);
        }
        return held;
    }
}

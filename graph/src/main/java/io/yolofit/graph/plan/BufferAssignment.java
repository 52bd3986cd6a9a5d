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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Buffer assignment: which values of a graph share memory. Sharing are views, parts that are written directly into
/// their whole, values that overwrite dead ones, and state that is updated in place.
///
/// Assignment takes two sweeps. First, parts get slots: a part of a concat is written into the concat itself if its
/// producer can write with a pitch, all its readers can read with a pitch (convolutions can do neither), and it has no
/// slot yet; parts of a flat buffer always get their slots, also if they have been updated in place before. Then every
/// value is located, in execution order: in its
/// slot, at its view, over a dead value of equal size that its op may overwrite, or in a new buffer.
///
/// Overwriting a value is legal if no value that overlaps its bytes is read later, is a graph output, outlives the
/// step, or is another output of the same op; and if the op accesses these bytes element by element only.
public final class BufferAssignment {
    /// Range of a part in its whole.
    private record Slot(Value whole, long offset, boolean channels) {
    }

    private final Graph graph;
    private final Map<Value, Slot> slots = new IdentityHashMap<>();
    private final Map<Value, Location> locations = new IdentityHashMap<>();
    private final Map<Value, List<Value>> values = new IdentityHashMap<>();
    private final Map<Value, Integer> lastRead = new IdentityHashMap<>();

    private BufferAssignment(Graph graph) {
        this.graph = graph;
    }

    /// For nodes that execute one after the other.
    public static BufferAssignment of(Graph graph) {
        return of(graph, WorkspaceModel.none());
    }

    /// @param workspace says until when nodes execute
    public static BufferAssignment of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = new BufferAssignment(graph);
        assignment.assignSlots();
        assignment.findLastReads(workspace);
        graph.inputs().forEach(assignment::newBuffer);
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            for (Value output : node.outputs()) {
                assignment.locate(output, node, i);
            }
        }
        return assignment;
    }

    public Location of(Value value) {
        return locations.get(value);
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
        for (int i = first; i < node.inputs().size(); i++) {
            if (!inPlace(node, i)) {
                return false;
            }
        }
        return true;
    }

    /// Whether an operand of a concat or pack already resides in its slot of the output.
    public boolean inPlace(Node node, int input) {
        for (Alias alias : node.op().aliases(node)) {
            if (alias.kind() == Alias.Kind.SLOT && alias.input() == input) {
                return of(node.input(input)).equals(partLocation(node.input(input), of(node.output(0)), alias.offset(),
                        alias.channels()));
            }
        }
        return false;
    }

    /// Values in a root's buffer, in order of assignment.
    List<Value> values(Value root) {
        return values.getOrDefault(root, List.of());
    }

    private void assignSlots() {
        for (Node node : graph.nodes()) {
            Set<Value> repeated = null;
            for (Alias alias : node.op().aliases(node)) {
                if (alias.kind() == Alias.Kind.SLOT) {
                    repeated = repeated == null ? repeated(node.inputs()) : repeated;
                    Value part = alias.channels() ? node.input(alias.input()) : original(node.input(alias.input()));
                    if (!slots.containsKey(part) && !repeated.contains(part) && canMove(part, alias.channels())) {
                        slots.put(part, new Slot(node.output(alias.output()), alias.offset(), alias.channels()));
                    }
                }
            }
        }
    }

    /// The value whose memory a value updates in place; itself if it does not.
    private static Value original(Value value) {
        if (value.producer() != null) {
            for (Alias alias : value.producer().op().aliases(value.producer())) {
                if (alias.kind() == Alias.Kind.IN_PLACE && alias.output() == value.index()) {
                    return original(value.producer().input(alias.input()));
                }
            }
        }
        return value;
    }

    /// Operands that occur more than once; a flat buffer has hundreds of operands.
    private static Set<Value> repeated(List<Value> operands) {
        Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Value> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
        operands.stream().filter(operand -> !seen.add(operand)).forEach(repeated::add);
        return repeated;
    }

    private boolean canMove(Value part, boolean channels) {
        Node producer = part.producer();
        if (producer == null || graph.isOutput(part)) {
            return false;
        }
        for (Alias alias : producer.op().aliases(producer)) {
            boolean bound = alias.kind() == Alias.Kind.VIEW || alias.kind() == Alias.Kind.IN_PLACE;
            if (alias.output() == part.index() && bound) {
                return false;
            }
        }
        return !channels || !producer.op().writesPacked(part.index()) && !graph.hasPackedReader(part);
    }

    private void findLastReads(WorkspaceModel workspace) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            int until = workspace.runsUntil(graph, i);
            for (Value input : graph.nodes().get(i).inputs()) {
                lastRead.merge(input, until, Math::max);
            }
        }
        graph.outputs().values().forEach(value -> lastRead.put(value, Integer.MAX_VALUE));
    }

    private void locate(Value value, Node node, int time) {
        if (locations.containsKey(value)) {
            return; // a whole is located together with its first part
        }
        Slot slot = slots.get(value);
        if (slot != null) {
            locateInSlot(value, slot);
            return;
        }
        for (Alias alias : node.op().aliases(node)) {
            if (alias.output() == value.index() && alias.kind() != Alias.Kind.SLOT) {
                Location shared = sharedLocation(value, node, time, alias);
                if (shared != null) {
                    place(value, shared);
                    return;
                }
            }
        }
        newBuffer(value);
    }

    /// A part may be written before its whole exists: the whole is then located first.
    private void locateInSlot(Value part, Slot slot) {
        Node wholeProducer = slot.whole.producer();
        if (!locations.containsKey(slot.whole)) {
            locate(slot.whole, wholeProducer, -1);
        }
        place(part, partLocation(part, locations.get(slot.whole), slot.offset, slot.channels));
    }

    private static Location partLocation(Value part, Location whole, long offset, boolean channels) {
        long pitch = channels ? whole.pitch() : part.shape().channels();
        return new Location(whole.root(), whole.offset() + offset * part.dtype().bytes(), pitch);
    }

    private Location sharedLocation(Value value, Node node, int time, Alias alias) {
        Value input = node.input(alias.input());
        Location there = locations.get(input);
        return switch (alias.kind()) {
            case IN_PLACE -> there;
            case VIEW -> {
                Location view = partLocation(value, there, alias.offset(), alias.channels());
                boolean copied = !view.packs(value) && (graph.hasPackedReader(value) || graph.isOutput(value));
                boolean scattered = !alias.channels() && !there.packs(input);
                yield copied || scattered ? null : view;
            }
            case REUSE -> mayOverwrite(value, node, time, alias, there) ? there : null;
            case SLOT -> null;
        };
    }

    private boolean mayOverwrite(Value value, Node node, int time, Alias alias, Location there) {
        Value overwritten = node.input(alias.input());
        if (time < 0 || overwritten.type().bytes() != value.type().bytes()
                || overwritten.dtype().bytes() != value.dtype().bytes()) {
            return false;
        }
        boolean needsPacked = node.op().writesPacked(value.index()) || graph.hasPackedReader(value)
                || graph.isOutput(value);
        if (needsPacked && !there.packs(value)) {
            return false;
        }
        if (there.root().role().persistent() && there.root().isInput()) {
            return false;
        }
        for (Value held : values(there.root())) {
            boolean needed = held.producer() == node || lastRead.getOrDefault(held, -1) > time;
            if (needed && Location.overlap(held, locations.get(held), overwritten, there)) {
                return false;
            }
        }
        return !clobbersOtherOperand(node, alias, there);
    }

    /// Whether the node also reads the overwritten bytes through another operand, other than element by element: a
    /// pooling gradient must not overwrite dy when it accumulates into dy itself.
    private boolean clobbersOtherOperand(Node node, Alias alias, Location there) {
        for (int i = 0; i < node.inputs().size(); i++) {
            Value other = node.input(i);
            boolean elementwise = locations.get(other).equals(there)
                    && node.op().aliases(node).contains(Alias.reuse(alias.output(), i));
            if (i != alias.input() && !elementwise
                    && Location.overlap(other, locations.get(other), node.input(alias.input()), there)) {
                return true;
            }
        }
        return false;
    }

    private void newBuffer(Value value) {
        place(value, new Location(value, 0, value.shape().rank() == 0 ? 1 : value.shape().channels()));
    }

    private void place(Value value, Location location) {
        locations.put(value, location);
        values.computeIfAbsent(location.root(), root -> new ArrayList<>()).add(value);
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Alias;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Slice;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Which values of a graph share memory: views, parts written straight into their whole, values that overwrite a dead
/// one, and state that is updated in place.
///
/// Decided in two sweeps. First, parts get their slot: a concat's part is written into the concat itself if its
/// producer can write with a pitch and all its readers can read with one (convolutions can do neither), and it has no
/// slot yet; the parts of a flat buffer always are. Then, in running order, every value is located: in its slot, at its
/// view, over a dead value of the same size that its op may overwrite, or in a buffer of its own.
///
/// Overwriting is legal if no value that shares a byte with the victim is read later, is a result of the graph,
/// outlives the step, or is another output of the same op, and if the op reads the victim's bytes only as it says:
/// element for element.
public final class BufferAssignment {
    /// A part's place in its whole.
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

    /// Where nodes run one after the other.
    public static BufferAssignment of(Graph graph) {
        return of(graph, WorkspaceModel.none());
    }

    /// @param workspace until when nodes run
    public static BufferAssignment of(Graph graph, WorkspaceModel workspace) {
        BufferAssignment assignment = new BufferAssignment(graph);
        assignment.assignSlots();
        assignment.findLastReads(workspace);
        graph.inputs().forEach(assignment::ownBuffer);
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

    /// Whether a node has nothing to do for this output: it is a view, or all its parts were written in place.
    public boolean isFree(Node node) {
        return switch (node.op()) {
            case Flat.View view -> true;
            case Flat.Pack pack -> partsInPlace(node, pack.firstPart());
            case Concat concat -> partsInPlace(node, 0);
            case Slice.Forward slice -> of(node.output(0)).root() == of(node.input(0)).root();
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

    /// Whether a concat's or pack's operand already lies at its place in the output.
    public boolean inPlace(Node node, int input) {
        for (Alias alias : node.op().aliases(node)) {
            if (alias.kind() == Alias.Kind.SLOT && alias.input() == input) {
                return of(node.input(input)).equals(partLocation(node.input(input), of(node.output(0)), alias.offset(),
                        alias.channels()));
            }
        }
        return false;
    }

    /// Values that live in a root's buffer, in the order in which they were placed.
    List<Value> values(Value root) {
        return values.getOrDefault(root, List.of());
    }

    private void assignSlots() {
        for (Node node : graph.nodes()) {
            for (Alias alias : node.op().aliases(node)) {
                if (alias.kind() == Alias.Kind.SLOT) {
                    Value part = node.input(alias.input());
                    boolean twice = node.inputs().stream().filter(part::equals).count() > 1;
                    if (!slots.containsKey(part) && !twice && canMove(part, alias.channels())) {
                        slots.put(part, new Slot(node.output(alias.output()), alias.offset(), alias.channels()));
                    }
                }
            }
        }
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
            return; // a whole that was placed when its first part was
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
        ownBuffer(value);
    }

    /// A part may be written before its whole is: the whole is then located first.
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
                yield copied ? null : view;
            }
            case REUSE -> mayOverwrite(value, node, time, alias, there) ? there : null;
            case SLOT -> null;
        };
    }

    private boolean mayOverwrite(Value value, Node node, int time, Alias alias, Location there) {
        Value victim = node.input(alias.input());
        if (time < 0 || victim.type().bytes() != value.type().bytes()
                || victim.dtype().bytes() != value.dtype().bytes()) {
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
            if (needed && Location.overlap(held, locations.get(held), victim, there)) {
                return false;
            }
        }
        return !otherOperandSuffers(node, alias, there);
    }

    /// Whether the node also reads the victim's bytes through another operand, and not element for element: a pool's
    /// gradient that adds to the very gradient it spreads must not write over it.
    private boolean otherOperandSuffers(Node node, Alias alias, Location there) {
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

    private void ownBuffer(Value value) {
        place(value, new Location(value, 0, value.shape().rank() == 0 ? 1 : value.shape().channels()));
    }

    private void place(Value value, Location location) {
        locations.put(value, location);
        values.computeIfAbsent(location.root(), root -> new ArrayList<>()).add(value);
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Memory plan of a graph in one arena: persistent state first, in the order of the graph's inputs, then all other
/// buffers at packed offsets. A pure function of the graph and of the workspace of its nodes.
///
/// Properties, tested on random graphs: buffers with overlapping live ranges never share a byte; no arena is smaller
/// than the lower bound; every value stays inside its buffer.
public final class MemoryPlan {
    /// Multiple of the lower bound at which packing stops where overlap is extended: such plans are harder to pack.
    private static final double EXTENDED_BOUND = 1.004;

    private final Graph graph;
    private final List<Buffer> buffers;
    private final long[] offsets;
    private final Map<Value, Integer> indexOfRoot;
    private final long persistentBytes;
    private final long arenaBytes;
    private final long[] liveBytes;
    private final int peakTime;

    private MemoryPlan(Graph graph, List<Buffer> buffers, long[] offsets, Map<Value, Integer> indexOfRoot,
            long persistentBytes, long arenaBytes, long[] liveBytes) {
        this.graph = graph;
        this.buffers = List.copyOf(buffers);
        this.offsets = offsets;
        this.indexOfRoot = indexOfRoot;
        this.persistentBytes = persistentBytes;
        this.arenaBytes = arenaBytes;
        this.liveBytes = liveBytes;
        int peak = 0;
        for (int time = 1; time < liveBytes.length; time++) {
            if (liveBytes[time] > liveBytes[peak]) {
                peak = time;
            }
        }
        peakTime = peak;
    }

    /// A tensor that is live at the peak.
    public record LiveTensor(String name, Role role, long bytes) {
    }

    /// Empty if overlap is extended and the plan will hardly be packed well.
    static Optional<MemoryPlan> of(Graph graph, BufferAssignment assignment, LaneAssignment lanes) {
        LiveRanges ranges = LiveRanges.of(graph, assignment, lanes);
        List<Buffer> persistent = ranges.persistent();
        List<Buffer> transients = ranges.transients();
        long persistentBytes = sum(persistent);
        long[] live = ranges.liveBytes(graph.nodes().size());
        long bound = Arrays.stream(live).max().orElseThrow() - persistentBytes;
        Optional<ArenaPacker.Packing> packed = !lanes.isExtended() ? Optional.of(ArenaPacker.pack(transients, bound))
                : ArenaPacker.packCandidate(transients, (long) (bound * EXTENDED_BOUND));
        return packed.map(packing -> of(graph, persistent, transients, packing, live));
    }

    /// A plan without a search for the best packing, in an arena of at least a multiple of the lower bound.
    static MemoryPlan upperBound(Graph graph, BufferAssignment assignment, LaneAssignment lanes, double multiple) {
        LiveRanges ranges = LiveRanges.of(graph, assignment, lanes);
        long[] live = ranges.liveBytes(graph.nodes().size());
        long most = (long) Math.ceil(multiple * Arrays.stream(live).max().orElseThrow()) - sum(ranges.persistent());
        ArenaPacker.Packing packing = ArenaPacker.packOrdered(ranges.transients());
        return of(graph, ranges.persistent(), ranges.transients(),
                new ArenaPacker.Packing(packing.offsets(), Math.max(packing.bytes(), most)), live);
    }

    private static MemoryPlan of(Graph graph, List<Buffer> persistent, List<Buffer> transients,
            ArenaPacker.Packing packing, long[] live) {
        List<Buffer> all = new ArrayList<>(persistent);
        all.addAll(transients);
        long[] offsets = new long[all.size()];
        long end = 0;
        for (int i = 0; i < persistent.size(); i++) {
            offsets[i] = end;
            end += ArenaPacker.align(persistent.get(i).bytes());
        }
        for (int i = 0; i < transients.size(); i++) {
            offsets[persistent.size() + i] = end + packing.offsets()[i];
        }
        Map<Value, Integer> index = new IdentityHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).root() != null) {
                index.put(all.get(i).root(), i);
            }
        }
        return new MemoryPlan(graph, all, offsets, index, sum(persistent), end + packing.bytes(), live);
    }

    /// The [#lowerBound] of a graph's plan, without packing. Passes that evaluate many graphs use a [MemorySketch].
    public static long lowerBound(Graph graph, WorkspaceModel workspace) {
        return MemorySketch.of(graph, workspace).lowerBound();
    }

    /// The same for kernels without workspaces, which run one after the other.
    public static long lowerBound(Graph graph) {
        return lowerBound(graph, WorkspaceModel.none());
    }

    private static long sum(List<Buffer> buffers) {
        return buffers.stream().mapToLong(buffer -> ArenaPacker.align(buffer.bytes())).sum();
    }

    public List<Buffer> buffers() {
        return buffers;
    }

    /// Offset of a buffer in the arena, in bytes.
    public long offset(int buffer) {
        return offsets[buffer];
    }

    /// Offset in the arena of a root value's buffer, in bytes.
    public long offset(Value root) {
        return offsets[indexOfRoot.get(root)];
    }

    /// Bytes of the arena, which is all memory that the program needs on a device.
    public long arenaBytes() {
        return arenaBytes;
    }

    /// Bytes at the start of the arena that keep their contents between steps.
    public long persistentBytes() {
        return persistentBytes;
    }

    /// Lower bound of the arena for any packing of these buffers: the maximum of live bytes.
    public long lowerBound() {
        return liveBytes[peakTime()];
    }

    /// Live bytes during the execution of each node.
    public long[] timeline() {
        return liveBytes.clone();
    }

    /// Index of the first node with the maximum of live bytes.
    public int peakTime() {
        return peakTime;
    }

    /// Op and name of the node that executes at the peak, for reports.
    public String peakMoment() {
        if (graph.nodes().isEmpty()) {
            return "nothing runs";
        }
        Node node = graph.nodes().get(peakTime());
        return node.op().name() + " of " + node.name();
    }

    /// Bytes at the peak by role; they add up to the lower bound.
    public Map<Role, Long> rolesAtPeak() {
        Map<Role, Long> roles = new EnumMap<>(Role.class);
        for (LiveTensor tensor : tensorsAtPeak()) {
            roles.merge(tensor.role(), tensor.bytes(), Long::sum);
        }
        return roles;
    }

    /// Tensors that are live at the peak, largest first, with aligned sizes.
    public List<LiveTensor> tensorsAtPeak() {
        int time = peakTime();
        List<LiveTensor> tensors = new ArrayList<>();
        for (Buffer buffer : buffers) {
            if (buffer.liveAt(time)) {
                BufferUse use = buffer.useAt(time);
                tensors.add(new LiveTensor(use.name(), use.role(), ArenaPacker.align(buffer.bytes())));
            }
        }
        tensors.sort(Comparator.comparingLong(LiveTensor::bytes).reversed());
        return tensors;
    }
}

package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.plan.WorkspaceModel.Overlap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The lane of every node, and until when it may execute there.
///
/// [WorkspaceModel#runsUntil] gives the overlap that buffer assignment and the search for recomputation assume. Where
/// the engine allows more ([WorkspaceModel.Overlap]), overlap is extended afterwards, into memory that the plan needs
/// anyway: it raises live bytes up to a share of their maximum, which stays the same. A buffer that a node of another
/// lane uses stays live until the main lane has joined it, and no node overwrites its bytes in between. So the program,
/// its kernels and its results stay the same; only more of it may run at the same time.
///
/// First, nodes of the side lane are queued: the main lane joins a weight gradient up to [#MOST_QUEUED] weight
/// gradients later instead of before the next one. From the last to the first, because the end of a node is also the
/// latest end of all earlier ones of its lane. Steps whose kernels fill the GPU ([#LEAST_IDLE]) gain nothing from
/// queues. Then branches of the forward pass get a lane of their own: see [Branches].
final class LaneAssignment {
    /// Longer queues gain nothing: what is left at the end of the backward pass has nothing to overlap with.
    private static final int MOST_QUEUED = 8;
    /// Share of a step's time in which kernels leave multiprocessors idle, from which on weight gradients queue.
    private static final double LEAST_IDLE = .08;

    private final Graph graph;
    private final BufferAssignment assignment;
    private final MemorySketch sketch;
    private final SketchAssignment places;
    private final Lane[] lanes;
    private final int[] ends;
    /// Last node of a live range, by root.
    private final int[] lasts;
    private final long[] live;
    private final long limit;
    private final boolean[] free;
    private boolean extended;

    private LaneAssignment(Graph graph, BufferAssignment assignment, double share) {
        this.graph = graph;
        this.assignment = assignment;
        places = assignment.sketch();
        sketch = places.sketch();
        int nodes = graph.nodes().size();
        lanes = new Lane[nodes];
        ends = new int[nodes];
        for (int node = 0; node < nodes; node++) {
            lanes[node] = sketch.node(node).lane;
            ends[node] = places.end(node);
        }
        lasts = new int[sketch.valueCount()];
        for (int value = 0; value < lasts.length; value++) {
            lasts[value] = assignment.ranges().last(value);
        }
        live = assignment.ranges().liveBytes();
        limit = (long) (share * Arrays.stream(live).max().orElseThrow());
        free = new boolean[nodes];
    }

    /// @param share most live bytes where overlap is extended, as a share of their maximum
    static LaneAssignment of(Graph graph, BufferAssignment assignment, Overlap overlap, double share) {
        LaneAssignment result = new LaneAssignment(graph, assignment, share);
        if (overlap != Overlap.NEXT) {
            result.extended = true;
            result.findFree();
            result.queue();
            if (overlap == Overlap.BRANCHES) {
                result.branch();
            }
        }
        return result;
    }

    /// Whether nodes may overlap more than buffer assignment assumed.
    boolean isExtended() {
        return extended;
    }

    int size() {
        return lanes.length;
    }

    Lane lane(int node) {
        return lanes[node];
    }

    /// The last node that may execute at the same time as a node.
    int end(int node) {
        return ends[node];
    }

    /// The last node that may execute while a buffer is in use.
    int last(int root) {
        return lasts[root];
    }

    /// Groups of nodes that share a workspace, in execution order: a node has that of the preceding one of its lane if
    /// it may start before the main lane joins that one.
    List<List<Integer>> workspaces() {
        List<List<Integer>> groups = new ArrayList<>();
        Map<Lane, List<Integer>> latest = new EnumMap<>(Lane.class);
        for (int node = 0; node < lanes.length; node++) {
            if (workspace(node) > 0) {
                List<Integer> group = latest.get(lanes[node]);
                if (lanes[node] == Lane.MAIN || group == null || node > ends[group.getLast()]) {
                    group = new ArrayList<>();
                    groups.add(group);
                    latest.put(lanes[node], group);
                }
                group.add(node);
            }
        }
        return groups;
    }

    long workspace(int node) {
        return sketch.node(node).workspace;
    }

    private void findFree() {
        for (int node = 0; node < free.length; node++) {
            free[node] = assignment.isFree(graph.nodes().get(node));
        }
    }

    private boolean leavesIdle() {
        double kernels = 0;
        double microseconds = 0;
        for (int node = 0; node < free.length; node++) {
            kernels += free[node] ? 0 : 1;
            microseconds += free[node] ? 0 : Branches.microseconds(graph.nodes().get(node));
        }
        return Branches.IDLE * kernels >= LEAST_IDLE * microseconds;
    }

    private void queue() {
        if (!leavesIdle()) {
            return;
        }
        long workspace = 0;
        for (int node = 0; node < lanes.length; node++) {
            workspace = lanes[node] == Lane.SIDE ? Math.max(workspace, ArenaPacker.align(workspace(node))) : workspace;
        }
        boolean[] busy = new boolean[lanes.length]; // nodes during which the side lane's workspace is live
        for (int node = 0; node < lanes.length; node++) {
            for (int time = node; lanes[node] == Lane.SIDE && time <= ends[node]; time++) {
                live[time] += workspace - ArenaPacker.align(workspace(node));
                busy[time] = true;
            }
        }
        int[] firstReader = new int[sketch.valueCount()];
        Arrays.fill(firstReader, lanes.length);
        List<Integer> following = new ArrayList<>();
        for (int node = lanes.length - 1; node >= 0; node--) {
            if (lanes[node] == Lane.SIDE) {
                int queued = following.size();
                int most = queued < MOST_QUEUED ? lanes.length : following.get(queued - MOST_QUEUED);
                most = queued == 0 ? most : Math.min(most, ends[following.getLast()] + 1);
                for (int output : sketch.outputs(node)) {
                    most = Math.min(most, firstReader[output]);
                }
                extend(node, most - 1, workspace, busy);
                following.add(node);
            } else {
                for (int input : sketch.inputs(node)) {
                    firstReader[input] = node;
                }
            }
        }
    }

    private void extend(int node, int most, long workspace, boolean[] busy) {
        int[] values = values(node);
        int end = ends[node];
        while (end < most && !overwrites(end + 1, values)
                && live[end + 1] + added(values, end + 1) + (busy[end + 1] ? 0 : workspace) <= limit) {
            end++;
        }
        for (int time = ends[node] + 1; time <= end; time++) {
            live[time] += added(values, time) + (busy[time] ? 0 : workspace);
            busy[time] = true;
        }
        for (int value : values) {
            lasts[places.root(value)] = Math.max(lasts[places.root(value)], end);
        }
        ends[node] = end;
    }

    private int[] values(int node) {
        int[] inputs = sketch.inputs(node);
        int[] outputs = sketch.outputs(node);
        int[] all = Arrays.copyOf(inputs, inputs.length + outputs.length);
        System.arraycopy(outputs, 0, all, inputs.length, outputs.length);
        return all;
    }

    /// Bytes at a time of the buffers of these values that are not live any more.
    private long added(int[] values, int time) {
        long bytes = 0;
        for (int i = 0; i < values.length; i++) {
            int root = places.root(values[i]);
            boolean first = lasts[root] < time;
            for (int j = 0; first && j < i; j++) {
                first = places.root(values[j]) != root;
            }
            bytes += first ? sketch.value(root).aligned() : 0;
        }
        return bytes;
    }

    /// Whether a node of another lane than the side lane writes bytes of one of these values.
    private boolean overwrites(int node, int[] values) {
        if (lanes[node] != Lane.SIDE && !free[node]) {
            for (int output : sketch.outputs(node)) {
                for (int value : values) {
                    if (places.overlap(output, value)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Only in steps of one rank: ranks exchange statistics in the middle of a branch, in one order.
    private void branch() {
        List<Node> nodes = graph.nodes();
        int forward = 0;
        while (forward < nodes.size() && nodes.get(forward).phase() == Phase.FORWARD) {
            forward++;
        }
        if (nodes.stream().noneMatch(node -> node.op() instanceof AllReduce)) {
            new Branches(nodes.subList(0, forward), free, (from, to, end) -> {
                Branch branch = new Branch(from, to, end);
                return branch.fits() && branch.isSafe();
            }, (from, to, end) -> new Branch(from, to, end).assign()).search();
        }
    }

    /// Nodes `from` to `to - 1` on the lane of branches, which overlap nodes `to` to `end - 1` of the main lane.
    private final class Branch {
        private final int from;
        private final int to;
        private final int end;
        private final boolean[] used = new boolean[lasts.length];
        private final List<Integer> values = new ArrayList<>();

        Branch(int from, int to, int end) {
            this.from = from;
            this.to = to;
            this.end = end;
            for (int node = from; node < to; node++) {
                for (int value : free[node] ? new int[0] : values(node)) {
                    used[places.root(value)] = true;
                    values.add(value);
                }
            }
        }

        /// Whether no overlapped node writes bytes that the branch uses.
        boolean isSafe() {
            for (int node = to; node < end; node++) {
                for (int output : free[node] ? new int[0] : sketch.outputs(node)) {
                    if (used[places.root(output)]
                            && values.stream().anyMatch(value -> places.overlap(output, value))) {
                        return false;
                    }
                }
            }
            return true;
        }

        boolean fits() {
            long[] added = added();
            for (int time = from; time < end; time++) {
                if (live[time] + added[time - from] > limit) {
                    return false;
                }
            }
            return true;
        }

        private long[] added() {
            long workspace = 0;
            for (int node = from; node < to; node++) {
                workspace = Math.max(workspace, ArenaPacker.align(workspace(node)));
            }
            long[] added = new long[end - from];
            for (int time = from; time < end; time++) {
                added[time - from] += workspace - (time < to ? ArenaPacker.align(workspace(time)) : 0);
            }
            for (int root = 0; root < used.length; root++) {
                for (int time = lasts[root] + 1; used[root] && time < end; time++) {
                    added[time - from] += sketch.value(root).aligned();
                }
            }
            return added;
        }

        void assign() {
            long[] added = added();
            for (int time = from; time < end; time++) {
                live[time] += added[time - from];
            }
            for (int root = 0; root < used.length; root++) {
                lasts[root] = used[root] ? Math.max(lasts[root], end - 1) : lasts[root];
            }
            for (int node = from; node < to; node++) {
                lanes[node] = Lane.BRANCH;
                ends[node] = end - 1;
            }
        }
    }
}

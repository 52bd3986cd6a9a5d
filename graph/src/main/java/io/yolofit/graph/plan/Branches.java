package io.yolofit.graph.plan;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Cost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Finds parts of the forward pass that can run at the same time: a branch `from..to - 1` and the nodes `to..end - 1`
/// that follow it, of which none needs a result of the branch.
///
/// ```
/// a1 a2 | b1 b2 b3 | c          c reads a2 and b3
///     becomes
/// main   b1 b2 b3 |
/// branch a1 a2    | c
/// ```
/// Two lanes gain as much as the kernels of one leave idle for those of the other: while a kernel starts and while its
/// last blocks finish. Kernels that fill the GPU share it, so their sum stays the same. The search takes the pair of
/// parts that gains most, then searches before and after it. Times are those of an H200, the same for all devices, so
/// that plans are, too.
final class Branches {
    /// Microseconds of a kernel during which most multiprocessors are idle.
    static final double IDLE = 4;
    private static final double BYTES_PER_MICROSECOND = 3.6e6;
    private static final double FLOPS_PER_MICROSECOND = 500e6;
    /// Least gain in microseconds that is worth a fork and a join.
    private static final double LEAST_GAIN = 8;

    /// Whether memory and accesses allow a branch, given by the indices of its nodes.
    @FunctionalInterface
    interface Check {
        boolean allows(int from, int to, int end);
    }

    /// Takes a branch that was found.
    @FunctionalInterface
    interface Found {
        void accept(int from, int to, int end);
    }

    private final Check check;
    private final Found found;
    /// Nodes with kernels, and one past the last node.
    private final int[] kernels;
    /// By kernel, the kernels whose results it reads, directly or through views.
    private final int[][] producers;
    /// Microseconds of all kernels before one.
    private final double[] times;
    private final int count;

    /// @param free  nodes without a kernel
    /// @param found called for every branch
    Branches(List<Node> nodes, boolean[] free, Check check, Found found) {
        this.check = check;
        this.found = found;
        List<Integer> launched = new ArrayList<>();
        Map<Value, int[]> origins = new IdentityHashMap<>();
        producers = new int[nodes.size()][];
        times = new double[nodes.size() + 1];
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            int[] read = node.inputs().stream().map(origins::get).filter(origin -> origin != null)
                    .flatMapToInt(Arrays::stream).distinct().toArray();
            int kernel = launched.size();
            if (!free[i]) {
                producers[kernel] = read;
                times[kernel + 1] = times[kernel] + microseconds(node);
                launched.add(i);
            }
            int[] origin = free[i] ? read : new int[] {kernel};
            node.outputs().forEach(output -> origins.put(output, origin));
        }
        count = launched.size();
        launched.add(nodes.size());
        kernels = launched.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Time of a kernel alone.
    static double microseconds(Node node) {
        Cost cost = node.op().cost(node);
        return IDLE + Math.max(cost.bytes() / BYTES_PER_MICROSECOND, cost.flops() / FLOPS_PER_MICROSECOND);
    }

    void search() {
        search(0, count);
    }

    private void search(int first, int last) {
        double most = LEAST_GAIN;
        int[] best = null;
        for (int from = first; from < last; from++) {
            for (int to = from + 1; to < last; to++) {
                if (times[to] - times[from] > most && times[last] - times[to] > most) {
                    int end = end(from, to, last);
                    double gain = gain(from, to, end);
                    if (gain > most && check.allows(kernels[from], kernels[to], kernels[end])) {
                        most = gain;
                        best = new int[] {from, to, end};
                    }
                }
            }
        }
        if (best != null) {
            found.accept(kernels[best[0]], kernels[best[1]], kernels[best[2]]);
            search(first, best[0]);
            search(best[2], last);
        }
    }

    /// The first kernel from `to` on that reads a result of `from..to - 1`.
    private int end(int from, int to, int last) {
        for (int reader = to; reader < last; reader++) {
            for (int producer : producers[reader]) {
                if (producer >= from && producer < to) {
                    return reader;
                }
            }
        }
        return last;
    }

    /// Microseconds by which two lanes are faster than one: what the shorter part takes, but no more than both parts
    /// leave idle while they overlap.
    private double gain(int from, int to, int end) {
        double side = times[to] - times[from];
        double main = times[end] - times[to];
        double idleSide = IDLE * (to - from);
        double idleMain = IDLE * (end - to);
        return side < main ? Math.min(side, idleSide + idleMain * side / main)
                : Math.min(main, idleMain + idleSide * main / Math.max(side, 1));
    }
}

package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sums the gradients over all ranks, in buckets: ranges of the flat gradients, in the order in which the backward pass
/// finishes them, so that all but the last transfer overlap with computation.
/// ```
/// %dw2 = conv2d.weightgrad ..                       %dw2 = conv2d.weightgrad ..
/// ..                                                ..
/// %dw1 = conv2d.weightgrad ..                       %b0 = flat.pack %dw2
/// %gradients = flat.pack %dw1, %dw2     becomes     %c0 = all_reduce %b0
///                                                   %dw1 = conv2d.weightgrad ..
///                                                   %b1 = flat.pack %dw1
///                                                   %c1 = all_reduce %b1
///                                                   %gradients = flat.pack %c1, %c0
/// ```
/// All packs are free: gradients are written directly into their ranges of one buffer. A graph that only updates has
/// accumulated gradients as an input, which is summed as a whole; a graph that only accumulates sums nothing. Does not
/// fire for one rank.
///
/// All ranks must have their all-reduces in the same order, although [Recompute](io.yolofit.graph.recompute.Recompute)
/// may decide differently for batches of different sizes, and later passes then move a weight gradient past the next
/// gradient of a batch normalization, whose sums are exchanged too. A bucket is therefore summed one such gradient
/// later than it could be.
public record ReduceGradients(StateLayout layout, Ranks ranks) implements Pass {
    private static final String GRADIENTS = "gradients";

    @Override
    public Graph run(Graph graph) {
        if (!ranks.several()) {
            return graph;
        }
        if (graph.outputs().containsKey(GRADIENTS)) {
            boolean accumulates = graph.hasInput(GRADIENTS);
            return accumulates ? graph : new Buckets(graph).run();
        }
        return sumInput(graph);
    }

    private Graph sumInput(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        rewriter.builder().phase(Phase.UPDATE);
        Value gradients = graph.input(GRADIENTS);
        rewriter.replace(gradients, allReduce(rewriter, "gradients.all", rewriter.now(gradients)));
        rewriter.copyNodes();
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private Value allReduce(Rewriter rewriter, String name, Value vector) {
        return rewriter.builder().emit(new AllReduce(ranks.count()), name, Role.GRADIENT, vector).getFirst();
    }

    /// The gradients of a range of the flat buffer.
    ///
    /// @param first index of its first part
    /// @param end   index after its last part
    private record Bucket(String name, int first, int end) {
    }

    /// Rewrites a training step.
    private final class Buckets {
        private final Graph graph;
        private final Rewriter rewriter;
        private final Node pack;
        /// In the order of their all-reduces.
        private final List<Bucket> buckets;
        /// Number of gradients of batch normalizations after which each bucket is summed.
        private final List<Integer> times = new ArrayList<>();
        private final Map<Integer, Value> sums = new HashMap<>();

        Buckets(Graph graph) {
            this.graph = graph;
            rewriter = new Rewriter(graph);
            pack = graph.output(GRADIENTS).producer();
            buckets = buckets();
            Map<Value, Integer> finished = finished();
            int latest = 0;
            for (Bucket bucket : buckets) {
                for (Value part : pack.inputs().subList(bucket.first, bucket.end)) {
                    latest = Math.max(latest, finished.get(part) + 1);
                }
                times.add(latest);
            }
        }

        /// For each parameter gradient, the number of gradients of batch normalizations before it.
        private Map<Value, Integer> finished() {
            Set<Value> parts = Collections.newSetFromMap(new IdentityHashMap<>());
            parts.addAll(pack.inputs());
            Map<Value, Integer> finished = new IdentityHashMap<>();
            int norms = 0;
            for (Node node : graph.nodes()) {
                norms += node.op() instanceof BnAct.Gradient ? 1 : 0;
                for (Value output : node.outputs()) {
                    if (parts.contains(output)) {
                        finished.put(output, norms);
                    }
                }
            }
            return finished;
        }

        /// Ranges of the weights, from the last layers to the first, then normalizations and biases, whose gradients
        /// are few and are finished last; one range if the links make more of them pointless.
        private List<Bucket> buckets() {
            List<Value> parts = pack.inputs();
            long weights = layout.groupEnds().getFirst();
            int count = ranks.buckets(layout.trainableCount() * DType.F32.bytes());
            if (count == 1 || weights == 0 || weights == layout.trainableCount()) {
                return List.of(new Bucket("gradients.all", 0, parts.size()));
            }
            List<Bucket> found = new ArrayList<>();
            long offset = 0;
            int first = 0;
            int ranges = 0;
            for (int i = 0; i < parts.size(); i++) {
                offset += parts.get(i).shape().count();
                if (offset <= weights && offset >= end(ranges, count - 1, weights)) {
                    found.addFirst(new Bucket("gradients.weights" + ranges, first, i + 1));
                    first = i + 1;
                    while (ranges < count - 1 && offset >= end(ranges, count - 1, weights)) {
                        ranges++;
                    }
                }
            }
            found.add(new Bucket("gradients.vectors", first, parts.size()));
            return found;
        }

        /// Where a range of the weights ends: lengths grow linearly, because the transfer of the first range, which is
        /// finished last, overlaps with nothing.
        private static long end(int range, int ranges, long weights) {
            return weights * (range + 1) * (range + 2) / ((long) ranges * (ranges + 1));
        }

        Graph run() {
            rewriter.copyInputs();
            int norms = 0;
            int next = 0;
            for (Node node : graph.nodes()) {
                if (node.op() instanceof BnAct.Gradient) {
                    for (; next < buckets.size() && times.get(next) <= norms; next++) {
                        sum(buckets.get(next));
                    }
                    norms++;
                }
                if (node == pack) {
                    for (; next < buckets.size(); next++) {
                        sum(buckets.get(next));
                    }
                    packSums();
                } else {
                    rewriter.copy(node);
                }
            }
            rewriter.copyOutputs();
            return rewriter.finish();
        }

        private void sum(Bucket bucket) {
            rewriter.builder().phase(Phase.BACKWARD);
            Value packed = rewriter.builder().emit(new Flat.Pack(false), bucket.name, Role.GRADIENT,
                    rewriter.now(pack.inputs().subList(bucket.first, bucket.end))).getFirst();
            sums.put(bucket.first, allReduce(rewriter, bucket.name, packed));
        }

        private void packSums() {
            List<Value> all = buckets.size() == 1 ? List.of(sums.get(0))
                    : List.of(rewriter.builder().emit(pack.op(), pack.name(), Role.GRADIENT,
                            sums.keySet().stream().sorted().map(sums::get).toList()).getFirst());
            rewriter.replace(pack.output(0), all.getFirst());
        }
    }
}

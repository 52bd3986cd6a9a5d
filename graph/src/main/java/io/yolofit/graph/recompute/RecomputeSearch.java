package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Greedy search for the activations to recompute, and how often.
///
/// It starts at the minimum of memory under the policy: everything that may be recomputed is recomputed, separately for
/// each reader. Only recomputation that lowers the peak is useful, so the search then undoes the rest, most expensive
/// first: it saves a convolution output, shares recomputed values within a segment, saves all pointwise values of a
/// segment; each is accepted if the plan's lower bound does not rise. Lower bounds need no packing, so a candidate
/// takes milliseconds. The result depends on the graph and the policy only.
final class RecomputeSearch {
    private final CheckpointSegments segments;
    private final Set<Value> convolutions = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> savedSegments = new HashSet<>();
    private final Set<String> sharedSegments = new HashSet<>();
    private Graph best;
    private long bound;

    RecomputeSearch(CheckpointSegments segments, Recompute.Policy policy) {
        this.segments = segments;
        convolutions.addAll(segments.convolutions().stream().filter(value -> mayDrop(value, policy)).toList());
    }

    private boolean mayDrop(Value convolution, Recompute.Policy policy) {
        return switch (policy) {
            case OFF -> false;
            case DEFAULT -> segments.isFirst(convolution)
                    || segments.isInterior(convolution) && segments.isHighResolution(convolution);
            case MAX -> segments.isFirst(convolution) || segments.isInterior(convolution);
        };
    }

    Graph run() {
        best = write();
        bound = MemoryPlan.lowerBound(best);
        for (Value convolution : byWork()) {
            convolutions.remove(convolution);
            if (!accept()) {
                convolutions.add(convolution);
            }
        }
        List<String> names = new ArrayList<>(segments.names().reversed()); // in the order of the backward pass
        names.forEach(segment -> tryAdding(sharedSegments, segment));
        names.forEach(segment -> tryAdding(savedSegments, segment));
        return best;
    }

    private List<Value> byWork() {
        return segments.convolutions().stream().filter(convolutions::contains)
                .sorted(Comparator.comparingDouble(RecomputeSearch::flops).reversed()).toList();
    }

    private static double flops(Value convolution) {
        return convolution.producer().op().cost(convolution.producer()).flops();
    }

    private void tryAdding(Set<String> set, String segment) {
        set.add(segment);
        if (!accept()) {
            set.remove(segment);
        }
    }

    /// Accepts the current choices unless they raise the peak.
    private boolean accept() {
        Graph graph = write();
        long peak = MemoryPlan.lowerBound(graph);
        if (peak > bound) {
            return false;
        }
        best = graph;
        bound = peak;
        return true;
    }

    private Graph write() {
        return new Rematerializer(segments, this::isDropped, sharedSegments::contains).run();
    }

    private boolean isDropped(Value value) {
        return segments.kind(value) == Kind.CONVOLUTION ? convolutions.contains(value)
                : segments.kind(value) == Kind.POINTWISE && !savedSegments.contains(segments.segment(value));
    }
}

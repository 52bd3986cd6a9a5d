package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import io.yolofit.graph.plan.MemoryPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Decides what is recomputed, and how often.
///
/// It begins with the least memory that the policy can hope for: everything that it may recompute is recomputed, for
/// each reader anew. The peak of that is one moment, and work that is done for other moments is in vain. So the search
/// takes work back, dearest first: it keeps a convolution's output, shares recomputed values within a segment, keeps
/// all pointwise values of a segment; each where the plan's lower bound does not rise. Bounds are simulated and nothing
/// is packed, so that a try takes milliseconds. The result depends on the graph and the policy alone.
final class RecomputeSearch {
    private final CheckpointSegments segments;
    private final Set<Value> convolutions = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> keptRows = new HashSet<>();
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
        List<String> names = new ArrayList<>(segments.names().reversed()); // as the backward pass meets them
        names.forEach(segment -> tryAdding(sharedSegments, segment));
        names.forEach(segment -> tryAdding(keptRows, segment));
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

    /// Takes the present choices unless the peak rises with them.
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
                : segments.kind(value) == Kind.POINTWISE && !keptRows.contains(segments.segment(value));
    }
}

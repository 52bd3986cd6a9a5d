package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.pass.RecomputeRows.Kind;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Makes values of the forward pass again where the backward pass reads them, instead of keeping them.
/// ```
/// %y = conv2d.forward %x, %w                      %y = conv2d.forward %x, %w
/// %a, %m, %s, .. = bnact.forward %y, %g, %b, ..   %a, %m, %s, .. = bnact.forward %y, %g, %b, ..
/// %z = conv2d.forward %a, %v                      %z = conv2d.forward %a, %v
/// ..                                              ..
/// %dv = conv2d.weightgrad %a, %dz      becomes    %a' = bnact.apply %y, %g, %b, %m, %s
///                                                 %dv = conv2d.weightgrad %a', %dz
/// ```
/// `%a` then dies in the forward pass. What is rebuilt is the same to the bit: the statistics are those of the forward
/// pass, running ones are not touched again, and every op runs as it did. Convolutions' outputs are cheap to keep and
/// dear to make, so `DEFAULT` keeps them but for those of the first row and of the insides of rows at the two highest
/// resolutions, which are large and take little work; `MAX` keeps only what leaves a row (Chen et al., Training Deep
/// Nets with Sublinear Memory Cost, 2016, with rows as segments).
///
/// Rebuilding takes memory while it goes on, and work. [Search] therefore tries every choice on the memory
/// plan. Does not fire where the arena would not become smaller.
public record Recompute(Policy policy) implements Pass {
    /// How much is made again.
    public enum Policy {
        /// Nothing.
        OFF,
        /// What is cheap: two or three percent more work, up to a tenth where a head works at a high resolution.
        DEFAULT,
        /// Whatever makes the arena smaller: about a fifth more work.
        MAX
    }

    @Override
    public Graph run(Graph graph) {
        RecomputeRows rows = policy == Policy.OFF ? null : RecomputeRows.of(graph);
        if (rows == null) {
            return graph;
        }
        Graph rebuilt = new Search(rows, policy).run();
        // whoever stays below the bound is below the arena, and needs no second packing
        long arena = arena(rebuilt);
        return arena < MemoryPlan.lowerBound(graph) || arena < arena(graph) ? rebuilt : graph;
    }

    private static long arena(Graph graph) {
        return Program.of(graph, WorkspaceModel.none()).plan().arenaBytes();
    }

    /// Decides what is rebuilt, and how often.
    ///
    /// It begins with the least memory that the policy can hope for: everything that it may rebuild is rebuilt, for
    /// each reader anew. The peak of that is one moment, and work that is done for other moments is in vain. So the
    /// search takes work back, dearest first: it keeps a convolution's output, shares rebuilt values within a row,
    /// keeps all pointwise values of a row; each where the plan's lower bound does not rise. Bounds are simulated and
    /// nothing is packed, so that a try takes milliseconds. The result depends on the graph and the policy alone.
    private static final class Search {
        private final RecomputeRows rows;
        private final Set<Value> convolutions = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<String> keptRows = new HashSet<>();
        private final Set<String> sharedRows = new HashSet<>();
        private Graph best;
        private long bound;

        Search(RecomputeRows rows, Policy policy) {
            this.rows = rows;
            convolutions.addAll(rows.convolutions().stream().filter(value -> mayDrop(value, policy)).toList());
        }

        private boolean mayDrop(Value convolution, Policy policy) {
            return switch (policy) {
                case OFF -> false;
                case DEFAULT -> rows.isFirst(convolution)
                        || rows.isInterior(convolution) && rows.isHighResolution(convolution);
                case MAX -> rows.isFirst(convolution) || rows.isInterior(convolution);
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
            List<String> names = new ArrayList<>(rows.names().reversed()); // as the backward pass meets them
            names.forEach(row -> tryAdding(sharedRows, row));
            names.forEach(row -> tryAdding(keptRows, row));
            return best;
        }

        private List<Value> byWork() {
            return rows.convolutions().stream().filter(convolutions::contains)
                    .sorted(Comparator.comparingDouble(Search::flops).reversed()).toList();
        }

        private static double flops(Value convolution) {
            return convolution.producer().op().cost(convolution.producer()).flops();
        }

        private void tryAdding(Set<String> set, String row) {
            set.add(row);
            if (!accept()) {
                set.remove(row);
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
            return new Rebuild(rows, this::isDropped, sharedRows::contains).run();
        }

        private boolean isDropped(Value value) {
            return rows.kind(value) == Kind.CONVOLUTION ? convolutions.contains(value)
                    : rows.kind(value) == Kind.POINTWISE && !keptRows.contains(rows.row(value));
        }
    }
}

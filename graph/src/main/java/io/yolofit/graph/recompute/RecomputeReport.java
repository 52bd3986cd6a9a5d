package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a step rebuilds, and what that costs and saves.
///
/// @param rebuilt in the order in which the backward pass first needs them
/// @param extraFlops work of the rebuilding over that of the step without it: .02 is two percent
/// @param extraBytes read and written by what is rebuilt without a convolution
/// @param arenaBefore bytes of the arena without rebuilding
/// @param arenaAfter bytes of the arena as it is
public record RecomputeReport(List<Rebuilt> rebuilt, double extraFlops, long extraBytes, long arenaBefore,
        long arenaAfter) {
    /// A value that is made again.
    ///
    /// @param name as in the forward pass
    /// @param bytes of the value
    /// @param convolution whether a convolution makes it
    /// @param times how often a step makes it again
    public record Rebuilt(String name, long bytes, boolean convolution, int times) {
    }

    public RecomputeReport {
        rebuilt = List.copyOf(rebuilt);
    }

    /// Compares a step with and without [Recompute], neither with workspace.
    public static RecomputeReport of(Graph without, Graph with) {
        return of(Program.of(without, WorkspaceModel.none()), Program.of(with, WorkspaceModel.none()));
    }

    /// Compares a step with and without [Recompute].
    public static RecomputeReport of(Program without, Program with) {
        Map<String, Rebuilt> rebuilt = new LinkedHashMap<>();
        double flops = 0;
        double bytes = 0;
        boolean backward = false;
        for (Node node : with.graph().nodes()) {
            backward |= node.op() instanceof DetectionLoss;
            if (backward && node.name().endsWith(Rebuild.SUFFIX)) {
                boolean convolution = node.op() instanceof Conv2d;
                String name = node.name().substring(0, node.name().length() - Rebuild.SUFFIX.length());
                add(rebuilt, new Rebuilt(name, node.output(0).type().bytes(), convolution, 1));
                flops += node.op().cost(node).flops();
                bytes += convolution || with.storage().isFree(node) ? 0 : node.op().cost(node).bytes();
            } else if (node.op() instanceof BnAct.Gradient gradient && gradient.rebuild()) {
                // one more operation and one more write for each element of what was normalised
                Value a = node.output(BnAct.Gradient.REBUILT);
                add(rebuilt, new Rebuilt(node.input(4).producer().name(), a.type().bytes(), false, 1));
                flops += a.shape().count();
                bytes += a.type().bytes();
            }
        }
        double step = without.graph().nodes().stream().mapToDouble(node -> node.op().cost(node).flops()).sum();
        return new RecomputeReport(List.copyOf(rebuilt.values()), step > 0 ? flops / step : 0, Math.round(bytes),
                without.plan().arenaBytes(), with.plan().arenaBytes());
    }

    private static void add(Map<String, Rebuilt> rebuilt, Rebuilt one) {
        rebuilt.merge(one.name, one, (known, more) ->
                new Rebuilt(one.name, known.bytes, one.convolution, known.times + more.times));
    }
}

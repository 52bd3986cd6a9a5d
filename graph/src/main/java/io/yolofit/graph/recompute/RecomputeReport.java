package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Recomputed activations of a step, with cost and savings.
///
/// @param recomputed in the order in which the backward pass first needs them
/// @param extraFlops FLOPs of recomputation relative to the step without it: .02 is 2 %
/// @param extraBytes read and written by recomputation other than convolutions
/// @param arenaBefore bytes of the arena without recomputation
/// @param arenaAfter bytes of the arena with recomputation
public record RecomputeReport(List<Recomputed> recomputed, double extraFlops, long extraBytes, long arenaBefore,
        long arenaAfter) {
    /// A recomputed value.
    ///
    /// @param name of its node in the forward pass
    /// @param bytes of the value
    /// @param convolution whether its op is a convolution
    /// @param times number of recomputations per step
    public record Recomputed(String name, long bytes, boolean convolution, int times) {
    }

    public RecomputeReport {
        recomputed = List.copyOf(recomputed);
    }

    /// Compares a step with and without [Recompute], without workspaces.
    public static RecomputeReport of(Graph without, Graph with) {
        return of(Program.of(without, WorkspaceModel.none()), Program.of(with, WorkspaceModel.none()));
    }

    /// Compares a step with and without [Recompute].
    public static RecomputeReport of(Program without, Program with) {
        Map<String, Recomputed> recomputed = new LinkedHashMap<>();
        double flops = 0;
        double bytes = 0;
        for (Node node : with.graph().nodes()) {
            if (node.phase() == Phase.BACKWARD && node.name().endsWith(Rematerializer.SUFFIX)) {
                boolean convolution = node.op() instanceof Conv2d;
                String name = node.name().substring(0, node.name().length() - Rematerializer.SUFFIX.length());
                add(recomputed, new Recomputed(name, node.output(0).type().bytes(), convolution, 1));
                flops += node.op().cost(node).flops();
                bytes += convolution || with.assignment().isFree(node) ? 0 : node.op().cost(node).bytes();
            } else if (node.op() instanceof BnAct.Gradient gradient && gradient.recompute()) {
                // one additional operation and write per element
                Value a = node.output(BnAct.Gradient.RECOMPUTED);
                add(recomputed, new Recomputed(node.input(4).producer().name(), a.type().bytes(), false, 1));
                flops += a.shape().count();
                bytes += a.type().bytes();
            }
        }
        double step = without.graph().nodes().stream().mapToDouble(node -> node.op().cost(node).flops()).sum();
        return new RecomputeReport(List.copyOf(recomputed.values()), step > 0 ? flops / step : 0, Math.round(bytes),
                without.plan().arenaBytes(), with.plan().arenaBytes());
    }

    private static void add(Map<String, Recomputed> recomputed, Recomputed one) {
        recomputed.merge(one.name, one, (known, more) ->
                new Recomputed(one.name, known.bytes, one.convolution, known.times + more.times));
    }
}

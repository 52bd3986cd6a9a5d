package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Adds the gradients of adjacent parameters to the accumulated ones at once, where their ops cannot accumulate: those
/// of normalizations, which are many and small.
/// ```
/// %s1 = flat.view %sums                     %both = flat.pack %d1, %d2
/// %g1 = add %s1, %d1                        %s = flat.view %sums
/// %s2 = flat.view %sums                     %g = add %s, %both
/// %g2 = add %s2, %d2
/// out = flat.pack %sums, %g1, %g2, %dw  becomes  out = flat.pack %sums, %g, %dw
/// ```
/// The pack is free. The sums are the same to the bit. Fires in graphs that accumulate gradients.
public record AccumulateVectors() implements Pass {
    /// Parts of the packed gradients that become one.
    ///
    /// @param end index after the last part
    private record Run(int first, int end) {
    }

    @Override
    public Graph run(Graph graph) {
        Value gradients = graph.outputs().get("gradients");
        if (gradients == null || !(gradients.producer().op() instanceof Flat.Pack op) || !op.into()) {
            return graph;
        }
        Node pack = gradients.producer();
        List<Run> runs = runs(pack);
        Set<Node> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Run run : runs) {
            for (Value part : pack.inputs().subList(run.first, run.end)) {
                dropped.add(part.producer());
                dropped.add(part.producer().input(0).producer());
            }
        }
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            if (node == pack) {
                rewriter.copy(pack, parts(rewriter, pack, runs));
            } else if (!dropped.contains(node)) {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private static List<Run> runs(Node pack) {
        List<Run> runs = new ArrayList<>();
        int first = 1; // after the buffer itself
        for (int i = 1; i <= pack.inputs().size(); i++) {
            if (i == pack.inputs().size() || !isSum(pack.input(i), pack.input(0))) {
                if (i - first > 1) {
                    runs.add(new Run(first, i));
                }
                first = i + 1;
            }
        }
        return runs;
    }

    /// Whether a part is a gradient added to its range of the accumulated ones. [Differentiate] makes both nodes for
    /// this part alone.
    private static boolean isSum(Value part, Value sums) {
        return part.producer().op() instanceof Add && part.producer().input(0).producer() != null
                && part.producer().input(0).producer().op() instanceof Flat.View
                && part.producer().input(0).producer().input(0) == sums;
    }

    private static List<Value> parts(Rewriter rewriter, Node pack, List<Run> runs) {
        GraphBuilder builder = rewriter.builder();
        builder.phase(pack.phase());
        List<Value> parts = new ArrayList<>();
        Value sums = rewriter.now(pack.input(0));
        parts.add(sums);
        long offset = 0;
        int next = 0;
        for (int i = 1; i < pack.inputs().size(); i++) {
            if (next == runs.size() || i != runs.get(next).first) {
                parts.add(rewriter.now(pack.input(i)));
                offset += pack.input(i).shape().count();
                continue;
            }
            List<Value> added = pack.inputs().subList(i, runs.get(next).end).stream()
                    .map(part -> rewriter.now(part.producer().input(1))).toList();
            String name = "gradients.vectors" + next;
            Value all = builder.emit(new Flat.Pack(false), name, Role.GRADIENT, added).getFirst();
            Flat.View range = new Flat.View(offset, Shape.of(all.shape().count()));
            Value before = builder.emit(range, name + ".before", Role.GRADIENT, sums).getFirst();
            parts.add(builder.emit(new Add(), name + ".sum", Role.GRADIENT, before, all).getFirst());
            offset += all.shape().count();
            i = runs.get(next).end - 1;
            next++;
        }
        return parts;
    }
}

package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Dead code elimination: keeps the selected outputs, and the nodes and inputs that they depend on.
/// ```
/// %y = conv2d.forward %x, %w      becomes      %y = conv2d.forward %x, %w
/// %z = conv2d.forward %x, %v
/// out y = %y, out z = %z                       out y = %y
/// ```
public record DropOutputs(Predicate<String> wanted) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Set<Value> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        graph.outputs().forEach((name, value) -> {
            if (wanted.test(name)) {
                needed.add(value);
            }
        });
        List<Node> reversed = graph.nodes().reversed();
        Set<Node> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : reversed) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                kept.add(node);
                needed.addAll(node.inputs());
            }
        }
        Rewriter rewriter = new Rewriter(graph);
        graph.inputs().stream().filter(needed::contains).forEach(rewriter::copyInput);
        graph.nodes().stream().filter(kept::contains).forEach(rewriter::copy);
        graph.outputs().forEach((name, value) -> {
            if (wanted.test(name)) {
                rewriter.builder().output(name, rewriter.now(value));
            }
        });
        return rewriter.finish();
    }
}

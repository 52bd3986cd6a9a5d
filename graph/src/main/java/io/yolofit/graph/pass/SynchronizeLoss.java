package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// The loss of the batches of all ranks: its normalizer and number of images are summed over ranks before gradients are
/// scaled, and so are the items, which each rank has its share of.
/// ```
/// %items, .. = detection_loss %b, %c, .., %targets, %offsets, %scalars
///     becomes
/// %objects, %soft, %s = detection_loss.assign %b, %c, .., %targets, %offsets
/// %t = all_reduce %s
/// %share, .. = detection_loss %b, %c, .., %targets, %offsets, %scalars, %objects, %soft, %t
/// %items = all_reduce %share
/// ```
/// The sum of the gradients of all ranks is then the gradient of the whole batch. Does not fire for one rank.
public record SynchronizeLoss(Ranks ranks) implements Pass {
    @Override
    public Graph run(Graph graph) {
        if (!ranks.several()) {
            return graph;
        }
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Value items = graph.output("items");
        for (Node node : graph.nodes()) {
            if (node.op() instanceof DetectionLoss loss) {
                split(loss, node, rewriter);
            } else {
                rewriter.copy(node);
            }
            if (node == items.producer()) {
                rewriter.replace(items, rewriter.builder().emit(new AllReduce(ranks.count()), "loss.items.all",
                        Role.ACTIVATION, rewriter.now(items)).getFirst());
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private void split(DetectionLoss loss, Node node, Rewriter rewriter) {
        GraphBuilder builder = rewriter.builder();
        builder.phase(Phase.LOSS);
        List<Value> operands = new ArrayList<>(rewriter.now(node.inputs()));
        DetectionLoss.Assign assign = loss.assign();
        List<Value> assigned = builder.emit(assign, node.name(), Role.WORKSPACE,
                operands.subList(0, assign.operands()));
        operands.addAll(assigned.subList(0, 2));
        operands.add(builder.emit(new AllReduce(ranks.count()), node.name() + ".all_sums", Role.WORKSPACE,
                assigned.getLast()).getFirst());
        rewriter.copy(node, operands);
    }
}

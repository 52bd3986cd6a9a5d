package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// Batch statistics over the batches of all ranks: batch normalizations in halves, with an exchange of sums between
/// them.
/// ```
/// %a, %mean, %invstd, .. = bnact.forward %y, %g, %b, %rm, %rv
///     becomes
/// %s = bn.sums %y, %rm
/// %t = all_reduce %s
/// %mean, %invstd, %rm', %rv' = bn.moments %t, %rm, %rv
/// %a = bnact.apply %y, %g, %b, %mean, %invstd
///
/// %dy, %dg, %db = bnact.gradient %da, %y, %g, %b, %mean, %invstd
///     becomes
/// %dg, %db, %s = bn.reduce %da, %y, %g, %b, %mean, %invstd
/// %t = all_reduce %s
/// %dy = bn.gradient %da, %y, %g, %b, %mean, %invstd, %t
/// ```
/// Runs last: fusions and rematerialization need no rule for halves. Does not fire for one rank, or if ranks normalize
/// with their own statistics.
public record SynchronizeBatchNorm(Ranks ranks) implements Pass {
    @Override
    public Graph run(Graph graph) {
        if (!ranks.several() || !ranks.syncBn()) {
            return graph;
        }
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            rewriter.builder().phase(node.phase());
            if (node.op() instanceof BnAct.Forward forward) {
                forward(forward, node, rewriter);
            } else if (node.op() instanceof BnAct.Gradient gradient) {
                gradient(gradient, node, rewriter);
            } else {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private void forward(BnAct.Forward op, Node node, Rewriter rewriter) {
        GraphBuilder builder = rewriter.builder();
        Role role = node.output(0).role();
        List<Value> in = rewriter.now(node.inputs());
        Value sums = allReduce(builder, node.name(),
                builder.emit(new BnHalf.Sums(), node.name(), role, in.get(0), in.get(3)).getFirst());
        List<Value> moments = builder.emit(new BnHalf.Moments(op.epsilon(), op.momentum()), node.name(), role, sums,
                in.get(3), in.get(4));
        List<Value> operands = new ArrayList<>(in.subList(0, 3));
        operands.addAll(moments.subList(0, 2));
        operands.addAll(in.subList(BnAct.RESIDUAL, in.size()));
        List<Value> results = builder.emit(new BnAct.Apply(op.activation(), op.copy()), node.name(), role, operands);
        rewriter.replace(node.output(0), results.getFirst());
        for (int i = 0; i < moments.size(); i++) {
            rewriter.replace(node.output(1 + i), moments.get(i));
        }
        if (!op.copy().isNone()) {
            rewriter.replace(node.outputs().getLast(), results.getLast());
        }
    }

    private void gradient(BnAct.Gradient op, Node node, Rewriter rewriter) {
        GraphBuilder builder = rewriter.builder();
        Role role = node.output(0).role();
        List<Value> in = rewriter.now(node.inputs());
        List<Value> reduced = builder.emit(new BnHalf.Reduce(op.activation()), node.name(), role, in);
        List<Value> operands = new ArrayList<>(in);
        operands.add(allReduce(builder, node.name(), reduced.get(BnHalf.Reduce.SUMS)));
        List<Value> results = builder.emit(new BnHalf.Gradient(op.activation(), op.recompute()), node.name(), role,
                operands);
        rewriter.replace(node.output(0), results.getFirst());
        rewriter.replace(node.output(1), reduced.get(0));
        rewriter.replace(node.output(2), reduced.get(1));
        if (op.recompute()) {
            rewriter.replace(node.output(BnAct.Gradient.RECOMPUTED), results.get(BnHalf.Gradient.RECOMPUTED));
        }
    }

    private Value allReduce(GraphBuilder builder, String name, Value sums) {
        return builder.emit(new AllReduce(ranks.count()), name + ".all_sums", Role.WORKSPACE, sums).getFirst();
    }
}

package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.head.HeadOutputs;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// Appends the losses of the head's branches, which read the same targets. The items of several branches are packed, in
/// the order of the branches.
/// ```
/// out main.box0 = %b, out main.cls0 = %c     becomes
///         in %targets, in %offsets, in %scalars
///         %items, .. = detection_loss %b, %c, .., %targets, %offsets, %scalars
///         out items = %items
/// ```
///
/// @param capacity rows of the targets: the maximum number of objects per batch
public record AttachLoss(List<BranchLoss> losses, long capacity) implements Pass {
    public AttachLoss {
        losses = List.copyOf(losses);
        if (losses.isEmpty()) {
            throw new IllegalArgumentException("a loss needs at least one branch of the head");
        }
    }

    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        GraphBuilder builder = rewriter.builder();
        Value targets = builder.input("targets", TensorType.of(DType.F32, capacity, TargetColumn.COUNT), Role.TARGET);
        Value offsets = builder.input("offsets", TensorType.of(DType.I32, images(graph) + 1), Role.TARGET);
        Value scalars = builder.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), Role.INPUT);
        rewriter.copyNodes();
        rewriter.copyOutputs();
        builder.phase(Phase.LOSS);
        List<Value> items = new ArrayList<>();
        for (BranchLoss loss : losses) {
            List<Value> operands = new ArrayList<>(rewriter.now(logits(graph, loss)));
            operands.addAll(List.of(targets, offsets, scalars));
            String name = losses.size() == 1 ? "loss" : "loss." + loss.branch();
            items.add(builder.emit(loss.op(), name, Role.ACTIVATION, operands).getFirst());
        }
        builder.output("items", items.size() == 1 ? items.getFirst()
                : builder.emit(new Flat.Pack(false), "loss.items", Role.ACTIVATION, items).getFirst());
        return rewriter.finish();
    }

    private long images(Graph graph) {
        return logits(graph, losses.getFirst()).getFirst().shape().dim(0);
    }

    private static List<Value> logits(Graph graph, BranchLoss loss) {
        return new HeadOutputs(loss.branch()).of(graph, loss.op().strides().size());
    }
}

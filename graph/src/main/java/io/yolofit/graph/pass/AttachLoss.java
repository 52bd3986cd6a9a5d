package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// Appends the detection loss to the head's outputs `box0`, `cls0`, `box1` and so on.
/// ```
/// out box0 = %b, out cls0 = %c      becomes      in %targets, in %offsets, in %scalars
///                                                %items, .. = detection_loss %b, %c, .., %targets, %offsets, %scalars
///                                                out items = %items
/// ```
///
/// @param capacity rows of the targets: the maximum number of objects per batch
public record AttachLoss(DetectionLoss loss, long capacity) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Value targets = rewriter.builder().input("targets", TensorType.of(DType.F32, capacity, 5), Role.TARGET);
        long images = graph.output("box0").shape().dim(0);
        Value offsets = rewriter.builder().input("offsets", TensorType.of(DType.I32, images + 1), Role.TARGET);
        Value scalars = rewriter.builder().input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), Role.INPUT);
        rewriter.copyNodes();
        rewriter.copyOutputs();
        List<Value> operands = new ArrayList<>();
        for (int level = 0; level < loss.strides().size(); level++) {
            operands.add(rewriter.now(graph.output("box" + level)));
            operands.add(rewriter.now(graph.output("cls" + level)));
        }
        operands.addAll(List.of(targets, offsets, scalars));
        Value items = rewriter.builder().emit(loss, "loss", Role.ACTIVATION, operands).getFirst();
        rewriter.builder().output("items", items);
        return rewriter.finish();
    }
}

package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.HeadOutputs;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.List;

/// Appends the decoder to the outputs of a branch of the head.
/// ```
/// out main.box0 = %b, out main.cls0 = %c, ..    becomes    %p = detection_decode %b, %c, ..
///                                                          out predictions = %p
/// ```
public record AttachDecode(BranchDecode decode) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        rewriter.copyNodes();
        rewriter.copyOutputs();
        List<Value> logits = new HeadOutputs(decode.branch()).of(graph, decode.op().strides().size());
        rewriter.builder().output("predictions", rewriter.builder()
                .emit(decode.op(), "predictions", Role.ACTIVATION, rewriter.now(logits)).getFirst());
        return rewriter.finish();
    }
}

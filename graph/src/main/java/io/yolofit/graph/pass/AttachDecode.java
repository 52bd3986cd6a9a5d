package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// Appends the decoder to the head's outputs.
/// ```
/// out box0 = %b, out cls0 = %c, ..    becomes    %p = detection_decode %b, %c, ..
///                                                out predictions = %p
/// ```
public record AttachDecode(DetectionDecode decode) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        rewriter.copyNodes();
        rewriter.copyOutputs();
        List<Value> operands = new ArrayList<>();
        for (int level = 0; level < decode.strides().size(); level++) {
            operands.add(rewriter.now(graph.output("box" + level)));
            operands.add(rewriter.now(graph.output("cls" + level)));
        }
        rewriter.builder().output("predictions",
                rewriter.builder().emit(decode, "predictions", Role.ACTIVATION, operands).getFirst());
        return rewriter.finish();
    }
}

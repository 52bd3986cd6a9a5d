package io.yolofit.graph.head;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// The outputs of a head branch in a forward graph, by name: per level, box logits and class logits.
///
/// @param branch name of the branch
public record HeadOutputs(String branch) {
    /// Name of the box logits `[N,H,W,4*bins]` of a level.
    public String box(int level) {
        return branch + ".box" + level;
    }

    /// Name of the class logits `[N,H,W,classes]` of a level.
    public String cls(int level) {
        return branch + ".cls" + level;
    }

    /// Box and class logits of each level, in the order of the operands of `DetectionLoss` and `DetectionDecode`.
    public List<Value> of(Graph forward, int levels) {
        List<Value> logits = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            logits.add(forward.output(box(level)));
            logits.add(forward.output(cls(level)));
        }
        return logits;
    }
}

package io.yolofit.zoo.head;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.TargetColumn;
import java.util.List;

/// What a model is trained for.
public enum Task {
    DETECTION(List.of(TargetColumn.values()), List.of(LossTerm.values()),
            List.of("metrics/precision(B)", "metrics/recall(B)", "metrics/mAP50(B)", "metrics/mAP50-95(B)"));

    private final List<TargetColumn> targets;
    private final List<LossTerm> terms;
    private final List<String> metrics;

    Task(List<TargetColumn> targets, List<LossTerm> terms, List<String> metrics) {
        this.targets = targets;
        this.terms = terms;
        this.metrics = metrics;
    }

    /// Columns of a target's row.
    public List<TargetColumn> targets() {
        return targets;
    }

    /// Terms of the loss, in the order of its items.
    public List<LossTerm> terms() {
        return terms;
    }

    /// Columns of the metrics in `results.csv`, in order.
    public List<String> metrics() {
        return metrics;
    }

    /// Columns of the losses of a split in `results.csv`, such as `train/box_loss`.
    public List<String> lossColumns(String split) {
        return terms.stream().map(term -> split + "/" + term.word() + "_loss").toList();
    }
}

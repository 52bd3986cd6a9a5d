package io.yolofit.app.evaluation;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import io.yolofit.train.eval.ClassMetrics;
import io.yolofit.train.eval.Metrics;
import java.util.List;

/// Metrics as a table: all classes together, then each class that has labels.
public final class MetricsText {
    private static final int DECIMALS = 4;

    private MetricsText() {}

    public static List<String> lines(Metrics metrics, List<String> names) {
        var table = new TextTable(Column.left("class"), Column.right("images"), Column.right("objects"),
                Column.right("P"), Column.right("R"), Column.right("mAP50"), Column.right("mAP50-95"));
        table.row("all", Units.count(metrics.images()), Units.count(metrics.instances()), figure(metrics.precision()),
                figure(metrics.recall()), figure(metrics.map50()), figure(metrics.map()));
        if (names.size() > 1) {
            for (ClassMetrics one : metrics.perClass()) {
                table.row(names.get(one.classId()), Units.count(one.images()), Units.count(one.instances()),
                        figure(one.precision()), figure(one.recall()), figure(one.ap50()), figure(one.ap()));
            }
        }
        return table.lines();
    }

    private static String figure(double value) {
        return Units.fixed(value, DECIMALS);
    }
}

package io.yolofit.app.report;

import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;

/// One line per number of GPUs and batch.
final class ScalingText {
    private ScalingText() {}

    static List<String> lines(ScalingReport scaling) {
        List<String> lines = new ArrayList<>();
        lines.add("Several " + scaling.gpu() + ", without data loading, predicted from links: " + scaling.links());
        var table = new TextTable(Column.right("gpus"), Column.right("batch"), Column.right("of each"),
                Column.right("img/s"), Column.right("efficiency"), Column.right("cost of sync_bn"),
                Column.left("limited by"));
        for (ScalingReport.Point point : scaling.points()) {
            table.row(String.valueOf(point.ranks()), String.valueOf(point.batch()), String.valueOf(point.each()),
                    point.imagesPerSecond() == null ? "-" : GpuPlansText.rate(point.imagesPerSecond()),
                    point.efficiency() == null ? "-" : Units.percent(point.efficiency()),
                    point.syncBnCost() == null ? "-" : Units.percent(point.syncBnCost()), point.limit());
        }
        lines.addAll(table.lines());
        return lines;
    }
}

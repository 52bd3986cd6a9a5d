package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A model summary as a table with totals.
public final class ModelSummaryText {
    private ModelSummaryText() {}

    public static List<String> lines(ModelSummary model) {
        var table = new TextTable(Column.right("layer"), Column.right("from"), Column.right("n"),
                Column.right("parameters"), Column.left("block"), Column.left("arguments"), Column.left("output"));
        for (ModelSummary.Layer layer : model.layers()) {
            table.row(Integer.toString(layer.index()), layer.from(), Integer.toString(layer.repeats()),
                    Units.count(layer.parameters()), layer.block(), layer.arguments(), layer.output());
        }
        var lines = new ArrayList<>(table.lines());
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%s, %d px, %s: %d layers, %s parameters (%s fused), %s GFLOPs",
                model.title(), model.imageSize(), model.classes() == 1 ? "1 class" : model.classes() + " classes",
                model.layers().size(), Units.count(model.parameters()), Units.count(model.fusedParameters()),
                Units.fixed(model.gigaflops(), 1)));
        return lines;
    }
}

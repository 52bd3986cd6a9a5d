package io.yolofit.app.report;

import io.yolofit.graph.Shape;
import io.yolofit.zoo.model.LayerSummary;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.stream.Collectors;

/// Converts a model to its summary.
public final class ModelSummaries {
    private static final double GIGA = 1e9;
    private static final int IMAGE = -1;

    private ModelSummaries() {}

    /// @param name      as given
    /// @param imageSize side of the square input, a multiple of the stride
    public static ModelSummary of(String name, Model model, int imageSize) {
        List<LayerSummary> rows = model.summary(imageSize);
        return new ModelSummary(name, model.title(), imageSize, model.head().classes(),
                rows.stream().map(ModelSummaries::layer).toList(), model.parameterCount(), model.foldedParameterCount(),
                rows.stream().mapToDouble(LayerSummary::flops).sum() / GIGA);
    }

    private static ModelSummary.Layer layer(LayerSummary row) {
        String from = row.layer().from().stream().map(index -> index == IMAGE ? "image" : Integer.toString(index))
                .collect(Collectors.joining(", "));
        return new ModelSummary.Layer(row.layer().index(), from, row.repeats(), row.parameters(), row.layer().block(),
                row.layer().arguments().toString(), text(row.output()));
    }

    /// Height, width and channels.
    private static String text(Shape shape) {
        return shape.dim(1) + "x" + shape.dim(2) + "x" + shape.dim(3);
    }
}

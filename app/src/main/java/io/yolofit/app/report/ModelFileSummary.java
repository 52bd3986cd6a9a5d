package io.yolofit.app.report;

import io.yolofit.app.console.Units;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A summary of a weights file: model, classes and the options it was trained with.
public final class ModelFileSummary {
    private static final List<String> SHOWN_OPTIONS = List.of("data", "imgsz", "epochs", "batch", "optimizer", "lr0");
    private static final int MOST_NAMES = 12;

    private ModelFileSummary() {}

    /// @param file        its name, as given
    /// @param trainedWith options of its training, by name
    public static List<String> lines(String file, ModelFile model, Map<String, Object> trainedWith) {
        List<String> lines = new ArrayList<>();
        List<String> names = model.names();
        lines.add(file + ": " + model.model().name() + ", " + names.size() + (names.size() == 1 ? " class" : " classes")
                + ", " + Units.count(model.model().parameterCount()) + " parameters");
        lines.add("classes: " + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                + (names.size() > MOST_NAMES ? ", ..." : ""));
        List<String> options = SHOWN_OPTIONS.stream().filter(trainedWith::containsKey)
                .map(name -> name + "=" + trainedWith.get(name)).toList();
        lines.add("trained with: " + (options.isEmpty() ? "unknown (not in the file)" : String.join(" ", options)));
        ModelChoice.warning(file, model).ifPresent(lines::add);
        return lines;
    }
}

package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Mark;
import io.yolofit.train.eval.Detection;
import java.util.List;

/// Detections as what is drawn.
public final class Marks {
    /// Weaker detections, which a validation has by the hundred, are not drawn.
    private static final float LEAST_SCORE = 0.25f;

    private Marks() {}

    public static List<Mark> of(List<Detection> detections) {
        return detections.stream().map(one ->
                new Mark(one.classId(), one.score(), one.x1(), one.y1(), one.x2(), one.y2())).toList();
    }

    /// Those that are worth a look.
    public static List<Mark> confident(List<Detection> detections) {
        return of(detections.stream().filter(one -> one.score() > LEAST_SCORE).toList());
    }
}

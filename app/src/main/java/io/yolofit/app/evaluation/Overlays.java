package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Overlay;
import io.yolofit.train.eval.Detection;
import java.util.List;

/// Detections as what is drawn.
public final class Overlays {
    /// Weaker detections, which a validation has by the hundred, are not drawn.
    private static final float LEAST_SCORE = 0.25f;

    private Overlays() {}

    public static List<Overlay> of(List<Detection> detections) {
        return detections.stream().map(one ->
                new Overlay(one.classId(), one.score(), one.x1(), one.y1(), one.x2(), one.y2())).toList();
    }

    /// Those that are worth a look.
    public static List<Overlay> confident(List<Detection> detections) {
        return of(detections.stream().filter(one -> one.score() > LEAST_SCORE).toList());
    }
}

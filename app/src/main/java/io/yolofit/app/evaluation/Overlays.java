package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Overlay;
import io.yolofit.train.eval.Detection;
import java.util.List;

/// Converts detections to overlays for drawing.
public final class Overlays {
    /// Weaker detections, of which a validation has hundreds, are not drawn.
    private static final float MIN_SCORE = 0.25f;

    private Overlays() {}

    public static List<Overlay> of(List<Detection> detections) {
        return detections.stream().map(one ->
                new Overlay(one.classId(), one.score(), one.x1(), one.y1(), one.x2(), one.y2())).toList();
    }

    /// The overlays of detections above [#MIN_SCORE].
    public static List<Overlay> confident(List<Detection> detections) {
        return of(detections.stream().filter(one -> one.score() > MIN_SCORE).toList());
    }
}

package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Compares our metrics of the reference's detections with the reference's metrics.
class BccdGoldenTest {
    private static final double EXACT = 1e-6;
    /// Maximum effect of the order of equal (rounded) scores of different images on an AP.
    private static final double TIES = 2e-5;
    private static final int ORDERS_TRIED = 400;

    private static final Bccd BCCD = Bccd.load();
    private static final Map<String, Double> REFERENCE = BccdFigures.reference(Bccd.json("metrics.json"));

    private static List<ImageResult> results(UnaryOperator<Detection> change) {
        List<ImageResult> results = new ArrayList<>();
        for (int i = 0; i < BCCD.names().size(); i++) {
            results.add(Matcher.match(BCCD.detections().get(i).stream().map(change).map(Bccd::toNetwork).toList(),
                    BCCD.labels().get(i)));
        }
        return results;
    }

    private static Metrics metrics(List<ImageResult> results) {
        var accumulator = new MetricsAccumulator(Bccd.CLASSES);
        results.forEach(accumulator::add);
        return accumulator.compute();
    }

    @Test
    void countsEveryImageAndInstance() {
        Metrics metrics = metrics(results(UnaryOperator.identity()));
        assertThat(metrics.images()).isEqualTo(87);
        assertThat(metrics.instances()).isEqualTo(1137);
        assertThat(metrics.perClass()).extracting(ClassMetrics::instances).containsExactly(967, 87, 83);
    }

    /// All figures except those that depend on the order of equal scores: AP50 of class 0, AP of class 1 and mAP50-95.
    @Test
    void figuresIndependentOfEqualScoresAreExactInFileOrder() {
        Map<String, Double> ours = BccdFigures.ours(metrics(results(UnaryOperator.identity())));
        for (String figure : List.of("precision", "recall", "mAP50", "p0", "p1", "p2", "r0", "r1", "r2",
                "ap501", "ap502", "ap0", "ap2")) {
            assertThat(ours.get(figure)).as(figure).isCloseTo(REFERENCE.get(figure), within(EXACT));
        }
    }

    @Test
    void everyFigureIsWithinTheScoreRoundingInFileOrder() {
        Map<String, Double> ours = BccdFigures.ours(metrics(results(UnaryOperator.identity())));
        assertThat(BccdFigures.distance(ours, REFERENCE)).isLessThan(TIES);
    }

    /// Scores were rounded to five digits, so the order of equal scores between images is lost; nothing else is free.
    @Test
    void anOrderOfTheImagesGivesEveryFigureExactly() {
        List<ImageResult> results = results(UnaryOperator.identity());
        var random = new Random(0);
        double closest = Double.POSITIVE_INFINITY;
        for (int attempt = 0; attempt < ORDERS_TRIED && closest > EXACT; attempt++) {
            Collections.shuffle(results, random);
            closest = Math.min(closest, BccdFigures.distance(BccdFigures.ours(metrics(results)), REFERENCE));
        }
        assertThat(closest).isLessThan(EXACT);
    }

    /// The reason why validation does not clip: equal figures at IoU .50, higher figures above.
    @Test
    void clippingToTheImageRaisesApAboveTheReference() {
        Map<String, Double> clipped = BccdFigures.ours(metrics(results(Bccd::clip)));
        for (String figure : List.of("precision", "recall", "mAP50", "p0", "p1", "p2", "r0", "r1", "r2")) {
            assertThat(clipped.get(figure)).as(figure).isCloseTo(REFERENCE.get(figure), within(EXACT));
        }
        assertThat(clipped.get("mAP50-95") - REFERENCE.get("mAP50-95")).isBetween(0.005, 0.008);
    }
}

package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static Metrics metrics(int classes, List<Detection> detections, List<GroundTruth> labels) {
        var accumulator = new MetricsAccumulator(classes);
        accumulator.add(Matcher.match(detections, labels));
        return accumulator.compute();
    }

    private static void assertAllZero(Metrics metrics) {
        assertThat(new double[] {metrics.precision(), metrics.recall(), metrics.map50(), metrics.map75(), metrics.map(),
            metrics.fitness()}).containsOnly(0);
    }

    @Test
    void anEmptyEvaluationIsZero() {
        assertAllZero(new MetricsAccumulator(3).compute());
        Metrics empty = metrics(3, List.of(), List.of());
        assertAllZero(empty);
        assertThat(empty.images()).isEqualTo(1);
        assertThat(empty.perClass()).isEmpty();
    }

    @Test
    void labelsWithoutDetectionsAreZero() {
        Metrics metrics = metrics(2, List.of(), List.of(new GroundTruth(1, 0, 0, 9, 9)));
        assertAllZero(metrics);
        assertThat(metrics.perClass()).extracting(ClassMetrics::classId).containsExactly(1);
        assertThat(metrics.instances()).isEqualTo(1);
    }

    @Test
    void detectionsWithoutLabelsAreZero() {
        assertAllZero(metrics(2, List.of(new Detection(0, 0.9f, 0, 0, 9, 9)), List.of()));
    }

    @Test
    void perfectDetectionsReachTheMaximum() {
        RandomCases.repeat(10, random -> {
            List<GroundTruth> labels = List.of(new GroundTruth(0, 0, 0, 9, 9), new GroundTruth(2, 20, 0, 30, 9),
                    new GroundTruth(2, 40, 40, 60, 70));
            List<Detection> detections = new ArrayList<>();
            labels.forEach(l -> detections.add(new Detection(l.classId(), 0.5f + random.nextFloat() / 2, l.x1(), l.y1(),
                    l.x2(), l.y2())));
            detections.sort((a, b) -> Float.compare(b.score(), a.score()));
            Metrics metrics = metrics(3, detections, labels);
            assertThat(metrics.map50()).isCloseTo(0.995, within(1e-12));
            assertThat(metrics.map()).isCloseTo(0.995, within(1e-12));
            assertThat(metrics.precision()).isEqualTo(1);
            assertThat(metrics.recall()).isEqualTo(1);
        });
    }

    @Test
    void classesWithoutLabelsAreExcludedFromTheMeans() {
        var label = new GroundTruth(1, 0, 0, 9, 9);
        Metrics metrics = metrics(3, List.of(new Detection(0, 0.95f, 0, 0, 9, 9), new Detection(1, 0.9f, 0, 0, 9, 9)),
                List.of(label));
        assertThat(metrics.map()).isCloseTo(0.995, within(1e-12));
        assertThat(metrics.curves().classIds()).containsExactly(1);
    }

    @Test
    void countsImagesAndInstancesOfAClass() {
        var accumulator = new MetricsAccumulator(2);
        var label = new GroundTruth(0, 0, 0, 9, 9);
        accumulator.add(Matcher.match(List.of(), List.of(label, label, new GroundTruth(1, 0, 0, 5, 5))));
        accumulator.add(Matcher.match(List.of(), List.of(label)));
        accumulator.add(Matcher.match(List.of(), List.of()));
        Metrics metrics = accumulator.compute();
        assertThat(metrics.images()).isEqualTo(3);
        assertThat(metrics.instances()).isEqualTo(4);
        assertThat(metrics.perClass()).extracting(ClassMetrics::images).containsExactly(2, 1);
        assertThat(metrics.perClass()).extracting(ClassMetrics::instances).containsExactly(3, 1);
    }

    @Test
    void figuresAndCurvesAreInTheUnitInterval() {
        RandomCases.repeat(15, random -> {
            List<GroundTruth> labels = RandomCases.labels(random, random.nextInt(12), 3);
            Metrics metrics = metrics(3, RandomCases.detections(random, labels, random.nextInt(40), 3), labels);
            assertThat(metrics.map()).isBetween(0.0, metrics.map50() + 1e-12);
            assertThat(metrics.map50()).isBetween(0.0, 0.995 + 1e-12);
            for (double[][] rows : List.of(metrics.curves().precision(), metrics.curves().recall(),
                    metrics.curves().f1(), metrics.curves().precisionOverRecall())) {
                for (double[] row : rows) {
                    for (double value : row) {
                        assertThat(value).isBetween(0.0, 1.0);
                    }
                }
            }
        });
    }

    @Test
    void aFalsePositiveWithTheLowestScoreNeverRaisesAFigureOfItsClass() {
        RandomCases.repeat(20, random -> {
            List<GroundTruth> labels = RandomCases.labels(random, 10, 2);
            List<Detection> detections = new ArrayList<>(RandomCases.detections(random, labels, 30, 2));
            double before = metrics(2, detections, labels).map();
            detections.add(new Detection(random.nextInt(2), 0, 900, 900, 950, 950));
            assertThat(metrics(2, detections, labels).map()).isLessThanOrEqualTo(before + 1e-12);
        });
    }

    @Test
    void unknownClassesAreRefused() {
        assertThatThrownBy(() -> metrics(2, List.of(), List.of(new GroundTruth(2, 0, 0, 1, 1))))
                .hasMessage("a label has class 2, but the dataset has classes 0 to 1");
    }
}

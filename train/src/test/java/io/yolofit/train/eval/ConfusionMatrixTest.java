package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    @Test
    void countsTruePositivesConfusionsMissesAndFalsePositives() {
        var matrix = new ConfusionMatrix(2);
        matrix.add(
                List.of(new Detection(0, 0.9f, 0, 0, 10, 10), new Detection(1, 0.8f, 20, 20, 30, 30),
                        new Detection(1, 0.7f, 80, 80, 90, 90), new Detection(0, 0.25f, 60, 60, 70, 70)),
                List.of(new GroundTruth(0, 0, 0, 10, 10), new GroundTruth(0, 20, 20, 30, 30),
                        new GroundTruth(1, 60, 60, 70, 70)));
        assertThat(matrix.counts()).isDeepEqualTo(new long[][] {{1, 0, 0}, {1, 0, 1}, {0, 1, 0}});
        assertThat(matrix.normalized()[1][0]).isEqualTo(0.5);
    }

    @Test
    void theHigherIouTakesTheLabel() {
        var matrix = new ConfusionMatrix(2);
        matrix.add(List.of(new Detection(1, 0.9f, 0, 0, 10, 6), new Detection(0, 0.5f, 0, 0, 10, 9)),
                List.of(new GroundTruth(0, 0, 0, 10, 10)));
        assertThat(matrix.counts()).isDeepEqualTo(new long[][] {{1, 0, 0}, {0, 0, 1}, {0, 0, 0}});
    }

    @Test
    void anEmptyMatrixNormalizesToZeros() {
        var matrix = new ConfusionMatrix(1);
        matrix.add(List.of(), List.of());
        assertThat(matrix.normalized()).isDeepEqualTo(new double[2][2]);
    }

    @Test
    void everyLabelAndEveryConfidentDetectionCountsOnce() {
        RandomCases.repeat(20, random -> {
            List<GroundTruth> labels = RandomCases.labels(random, 10, 3);
            List<Detection> detections = RandomCases.detections(random, labels, 40, 3);
            var matrix = new ConfusionMatrix(3);
            matrix.add(detections, labels);
            for (int c = 0; c < 3; c++) {
                int classId = c;
                long column = Arrays.stream(matrix.counts()).mapToLong(row -> row[classId]).sum();
                long row = Arrays.stream(matrix.counts()[c]).sum();
                assertThat(column).isEqualTo(labels.stream().filter(l -> l.classId() == classId).count());
                assertThat(row).isEqualTo(detections.stream()
                        .filter(d -> d.classId() == classId && d.score() > ConfusionMatrix.DEFAULT_CONFIDENCE).count());
            }
        });
    }
}

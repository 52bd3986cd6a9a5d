package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NmsTest {
    private static final NmsSettings SETTINGS = NmsSettings.validation().withIou(0.5f);

    /// Three anchors, two classes: the first two overlap by 0.8, the third overlaps neither.
    private static final float[] THREE = {
        0, 0, 10, 10, 0.9f, 0.3f,
        0, 0, 10, 8, 0.8f, 0.4f,
        50, 50, 60, 60, 0.0005f, 0.2f};

    private static List<Detection> suppress(float[] rows, int classes, NmsSettings settings) {
        return Nms.suppress(Predictions.rows(rows, rows.length / (4 + classes), classes), settings);
    }

    @Test
    void keepsTheBestOfOverlappingBoxesOfAClass() {
        assertThat(suppress(THREE, 2, SETTINGS)).containsExactly(
                new Detection(0, 0.9f, 0, 0, 10, 10),
                new Detection(1, 0.4f, 0, 0, 10, 8),
                new Detection(1, 0.2f, 50, 50, 60, 60));
    }

    @Test
    void agnosticSuppressionCrossesClasses() {
        assertThat(suppress(THREE, 2, SETTINGS.withAgnostic(true))).containsExactly(
                new Detection(0, 0.9f, 0, 0, 10, 10),
                new Detection(1, 0.2f, 50, 50, 60, 60));
    }

    @Test
    void predictionKeepsTheBestClassOnly() {
        NmsSettings prediction = NmsSettings.prediction().withIou(0.9f);
        assertThat(suppress(THREE, 2, prediction)).extracting(Detection::classId).containsExactly(0, 0);
    }

    @Test
    void endToEndPredictionsAreSelectedByScoreAlone() {
        NmsSettings endToEnd = NmsSettings.prediction().withConfidence(0.1f).ofEndToEnd();
        assertThat(suppress(THREE, 2, endToEnd)).extracting(Detection::score)
                .containsExactly(0.9f, 0.8f, 0.4f, 0.3f, 0.2f);
        assertThat(suppress(THREE, 2, endToEnd.withMaxDetections(3))).extracting(Detection::score)
                .containsExactly(0.9f, 0.8f, 0.4f);
    }

    @Test
    void anIouEqualToTheThresholdIsKept() {
        assertThat(suppress(THREE, 2, SETTINGS.withIou(0.8f))).hasSize(5);
    }

    @Test
    void aScoreEqualToTheConfidenceIsNotACandidate() {
        assertThat(suppress(THREE, 2, SETTINGS.withConfidence(0.4f))).extracting(Detection::score)
                .containsExactly(0.9f);
    }

    @Test
    void filtersClasses() {
        assertThat(suppress(THREE, 2, SETTINGS.withClasses(Set.of(1)))).extracting(Detection::classId)
                .containsExactly(1, 1);
    }

    @Test
    void equalScoresKeepTheOrderOfTheAnchors() {
        float[] rows = {0, 0, 1, 1, 0.5f, 20, 20, 21, 21, 0.5f, 40, 40, 41, 41, 0.5f};
        assertThat(suppress(rows, 1, SETTINGS.withMaxDetections(2))).extracting(Detection::x1)
                .containsExactly(0f, 20f);
    }

    @Test
    void onlyTheBestCandidatesEnter() {
        var settings = new NmsSettings(0.001f, 0.7f, 300, true, false, false, 2, Set.of());
        assertThat(suppress(THREE, 2, settings)).containsExactly(new Detection(0, 0.9f, 0, 0, 10, 10));
    }

    @Test
    void nonFiniteBoxesAndNanScoresAreSkipped() {
        float[] rows = {
            Float.NaN, 0, 1, 1, 0.5f,
            0, 0, Float.POSITIVE_INFINITY, 1, 0.6f,
            0, 0, 1, 1, Float.NaN,
            2, 2, 3, 3, 0.4f};
        assertThat(suppress(rows, 1, SETTINGS)).containsExactly(new Detection(0, 0.4f, 2, 2, 3, 3));
        assertThat(suppress(rows, 1, NmsSettings.prediction())).hasSize(1);
    }

    @Test
    void noAnchorsGiveNoDetections() {
        assertThat(suppress(new float[0], 3, SETTINGS)).isEmpty();
    }

    @Test
    void planesAndRowsGiveTheSameDetections() {
        RandomCases.repeat(5, random -> {
            float[] rows = RandomCases.rows(random, 33, 3);
            var planes = new float[5 + rows.length];
            for (int anchor = 0; anchor < 33; anchor++) {
                for (int channel = 0; channel < 7; channel++) {
                    planes[5 + channel * 33 + anchor] = rows[anchor * 7 + channel];
                }
            }
            assertThat(Nms.suppress(Predictions.planes(MemorySegment.ofArray(planes), 5, 33, 3), SETTINGS))
                    .isEqualTo(suppress(rows, 3, SETTINGS)).isNotEmpty();
        });
    }

    @Test
    void agreesWithSuppressionOfShiftedBoxes() {
        RandomCases.repeat(20, random -> {
            float[] rows = RandomCases.rows(random, 80, 3);
            assertThat(suppress(rows, 3, SETTINGS)).isEqualTo(shiftedReference(rows, 3));
        });
    }

    /// The textbook algorithm: offset each class by 7680 pixels, then let each box suppress all later ones.
    private static List<Detection> shiftedReference(float[] rows, int classes) {
        List<Detection> candidates = new ArrayList<>();
        for (int at = 0; at < rows.length; at += 4 + classes) {
            for (int c = 0; c < classes; c++) {
                if (rows[at + 4 + c] > SETTINGS.confidence()) {
                    candidates.add(new Detection(c, rows[at + 4 + c],
                            rows[at], rows[at + 1], rows[at + 2], rows[at + 3]));
                }
            }
        }
        candidates.sort((a, b) -> Float.compare(b.score(), a.score()));
        List<Detection> kept = new ArrayList<>();
        while (!candidates.isEmpty()) {
            Detection best = candidates.removeFirst();
            kept.add(best);
            candidates.removeIf(other -> shiftedIou(best, other) > SETTINGS.iou());
        }
        return kept;
    }

    private static double shiftedIou(Detection a, Detection b) {
        double shiftA = a.classId() * 7680.0;
        double shiftB = b.classId() * 7680.0;
        double width = Math.min(a.x2() + shiftA, b.x2() + shiftB) - Math.max(a.x1() + shiftA, b.x1() + shiftB);
        double height = Math.min(a.y2() + shiftA, b.y2() + shiftB) - Math.max(a.y1() + shiftA, b.y1() + shiftB);
        double both = Math.max(width, 0) * Math.max(height, 0);
        return both / ((double) (a.x2() - a.x1()) * (a.y2() - a.y1()) + (double) (b.x2() - b.x1()) * (b.y2() - b.y1())
                - both);
    }

    @Test
    void noTwoKeptBoxesOfAClassOverlapAndASecondPassChangesNothing() {
        RandomCases.repeat(20, random -> {
            List<Detection> kept = suppress(RandomCases.rows(random, 100, 2), 2, SETTINGS);
            for (int i = 0; i < kept.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (kept.get(i).classId() == kept.get(j).classId()) {
                        assertThat(Nms.iou(kept.get(i), kept.get(j))).isLessThanOrEqualTo(SETTINGS.iou());
                    }
                }
            }
            assertThat(suppress(rowsOf(kept, 2), 2, SETTINGS)).isEqualTo(kept);
        });
    }

    private static float[] rowsOf(List<Detection> detections, int classes) {
        var rows = new float[detections.size() * (4 + classes)];
        for (int i = 0; i < detections.size(); i++) {
            Detection d = detections.get(i);
            int at = i * (4 + classes);
            rows[at] = d.x1();
            rows[at + 1] = d.y1();
            rows[at + 2] = d.x2();
            rows[at + 3] = d.y2();
            rows[at + 4 + d.classId()] = d.score();
        }
        return rows;
    }

    @Test
    void theOrderOfAnchorsWithDistinctScoresDoesNotMatter() {
        RandomCases.repeat(20, random -> {
            float[] rows = RandomCases.rows(random, 60, 2);
            assertThat(suppress(shuffled(rows, 6, random), 2, SETTINGS)).isEqualTo(suppress(rows, 2, SETTINGS));
        });
    }

    private static float[] shuffled(float[] rows, int width, Random random) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rows.length / width; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        var shuffled = new float[rows.length];
        for (int i = 0; i < order.size(); i++) {
            System.arraycopy(rows, order.get(i) * width, shuffled, i * width, width);
        }
        return shuffled;
    }

    @Test
    void inconsistentSizesAreRefused() {
        assertThatThrownBy(() -> Predictions.rows(new float[11], 2, 2))
                .hasMessageContaining("end at float 12").hasMessageContaining("has 11");
        assertThatThrownBy(() -> SETTINGS.withConfidence(1)).hasMessageContaining("conf");
        assertThatThrownBy(() -> SETTINGS.withIou(Float.NaN)).hasMessageContaining("iou");
        assertThatThrownBy(() -> SETTINGS.withMaxDetections(0)).hasMessageContaining("max_det");
    }
}

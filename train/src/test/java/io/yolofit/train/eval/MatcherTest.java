package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MatcherTest {
    private static final GroundTruth LABEL = new GroundTruth(0, 0, 0, 100, 100);

    /// A box that overlaps LABEL by `percent` / 100.
    private static Detection overlapping(int percent, float score) {
        return new Detection(0, score, 0, 0, 100, percent);
    }

    private static int thresholdsPassed(ImageResult result, int detection) {
        int passed = 0;
        for (boolean right : result.truePositives()[detection]) {
            passed += right ? 1 : 0;
        }
        return passed;
    }

    @Test
    void thresholdsRunFromFiftyToNinetyFive() {
        assertThat(Matcher.threshold(0)).isEqualTo(0.5);
        assertThat(Matcher.threshold(5)).isEqualTo(0.75);
        assertThat(Matcher.threshold(9)).isEqualTo(0.95);
    }

    @Test
    void aDetectionIsATruePositiveUpToItsIou() {
        ImageResult result = Matcher.match(List.of(overlapping(78, 0.5f)), List.of(LABEL));
        assertThat(result.truePositives()[0])
                .containsExactly(true, true, true, true, true, true, false, false, false, false);
    }

    @Test
    void theHigherScoreTakesTheLabel() {
        ImageResult result = Matcher.match(List.of(overlapping(78, 0.9f), overlapping(98, 0.5f)), List.of(LABEL));
        assertThat(thresholdsPassed(result, 0)).isEqualTo(6);
        assertThat(result.truePositives()[1])
                .containsExactly(false, false, false, false, false, false, true, true, true, true);
    }

    @Test
    void aDetectionThatLosesItsLabelGetsNoOtherLabel() {
        var second = new GroundTruth(0, 0, 0, 100, 60);
        ImageResult result = Matcher.match(List.of(overlapping(100, 0.9f), overlapping(99, 0.8f)),
                List.of(LABEL, second));
        assertThat(thresholdsPassed(result, 0)).isEqualTo(10);
        assertThat(thresholdsPassed(result, 1)).isZero();
    }

    @Test
    void classesMustAgree() {
        ImageResult result = Matcher.match(List.of(new Detection(1, 0.9f, 0, 0, 100, 100)), List.of(LABEL));
        assertThat(thresholdsPassed(result, 0)).isZero();
        assertThat(result.labelClasses()).containsExactly(0);
    }

    @Test
    void emptyBoxesAndEmptyListsMatchNothing() {
        assertThat(Matcher.match(List.of(), List.of()).scores()).isEmpty();
        var point = new GroundTruth(0, 5, 5, 5, 5);
        ImageResult result = Matcher.match(List.of(new Detection(0, 1, 5, 5, 5, 5)), List.of(point));
        assertThat(thresholdsPassed(result, 0)).isZero();
    }

    @Test
    void unsortedDetectionsAreRefused() {
        assertThatThrownBy(() -> Matcher.match(List.of(overlapping(50, 0.1f), overlapping(50, 0.2f)), List.of()))
                .hasMessageContaining("detection 1 has 0.2 after 0.1");
    }

    @Test
    void noLabelIsUsedTwice() {
        RandomCases.repeat(30, random -> {
            List<GroundTruth> labels = RandomCases.labels(random, 12, 3);
            ImageResult result = Matcher.match(RandomCases.detections(random, labels, 60, 3), labels);
            for (int t = 0; t < Matcher.THRESHOLDS; t++) {
                for (int c = 0; c < 3; c++) {
                    int classId = c;
                    long labeled = labels.stream().filter(label -> label.classId() == classId).count();
                    long right = 0;
                    for (int i = 0; i < result.scores().length; i++) {
                        right += result.classes()[i] == c && result.truePositives()[i][t] ? 1 : 0;
                    }
                    assertThat(right).isLessThanOrEqualTo(labeled);
                }
            }
        });
    }

    @Test
    void copiesOfADetectionAddNoTruePositive() {
        RandomCases.repeat(20, random -> {
            List<GroundTruth> labels = RandomCases.labels(random, 8, 2);
            List<Detection> once = RandomCases.detections(random, labels, 20, 2);
            List<Detection> twice = once.stream().flatMap(d -> Stream.of(d, d)).toList();
            assertThat(sum(Matcher.match(twice, labels))).isEqualTo(sum(Matcher.match(once, labels)));
        });
    }

    private static int sum(ImageResult result) {
        int sum = 0;
        for (int i = 0; i < result.scores().length; i++) {
            sum += thresholdsPassed(result, i);
        }
        return sum;
    }
}

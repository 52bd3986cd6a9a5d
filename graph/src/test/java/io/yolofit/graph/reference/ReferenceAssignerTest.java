package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// On one level of 4 x 6 cells of 8 pixels.
class ReferenceAssignerTest {
    private static final int COLUMNS = 6;

    @Test
    void objectGetsTheTenAnchorsOfTheBestMetric() {
        HeadCase head = head(object(0, 24, 16, 48, 32));
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                head.predict(0, 0, row, column, 3, 3, 3, 3);
                head.score(0, 0, row, column, 0, -1);
            }
        }
        int[] favorites = {0, 2, 5, 7, 8, 9, 13, 15, 20, 22};
        for (int anchor : favorites) {
            int row = anchor / COLUMNS;
            int column = anchor % COLUMNS;
            head.predict(0, 0, row, column, Math.min(column, 7), Math.min(row, 7), 5 - column, 3 - row);
        }
        ReferenceAssigner assignment = head.assignment(0);
        assertThat(assigned(assignment, 0)).containsExactly(favorites);
    }

    @Test
    void anchorsOutsideAreNeverAssigned() {
        HeadCase head = head(object(0, 12, 12, 16, 16)); // 4 to 20 pixels: the anchors at 12
        assertThat(assigned(head.assignment(0), 0)).containsExactly(COLUMNS + 1);
    }

    @Test
    void boxWhoseEdgesSumToZeroIsPadding() {
        assertThat(assigned(head(object(0, 0, 0, 40, 30)).assignment(0), 0)).isEmpty();
        assertThat(assigned(head(object(0, 1, 0, 40, 30)).assignment(0), 0)).isNotEmpty();
    }

    @Test
    void smallObjectIsWidenedToContainAnAnchor() {
        // The object is centered on a corner of four cells.
        HeadCase head = new HeadCase(List.of(8, 16), 4, 1, new Seed(3), object(0, 16, 16, 2, 2));
        for (int row = 1; row <= 2; row++) {
            for (int column = 1; column <= 2; column++) {
                head.predict(0, 0, row, column, column - 1, row - 1, 2 - column, 2 - row); // the cell around the object
            }
        }
        int[] assigned = assigned(head.assignment(0), 0);
        assertThat(assigned).containsExactly(COLUMNS + 1, COLUMNS + 2, 2 * COLUMNS + 1, 2 * COLUMNS + 2);
    }

    @Test
    void anchorOfSeveralObjectsGoesToTheOneWithTheLargestOverlap() {
        HeadCase head = head(concat(object(0, 24, 16, 40, 30), object(1, 20, 16, 18, 18)));
        for (int anchor = 0; anchor < 4 * COLUMNS; anchor++) {
            head.predict(0, 0, anchor / COLUMNS, anchor % COLUMNS, 1, 1, 1, 1);
        }
        ReferenceAssigner assignment = head.assignment(0);
        assertThat(assigned(assignment, 1)).containsExactly(7, 8, 13, 14); // CIoU .18 at 7, against .15
        assertThat(assigned(assignment, 0)).contains(9, 15); // CIoU .2, against .18
    }

    @Seeds(20)
    void objectKeepsTheBestOfTheAnchorsThatItGets(Seed seed) {
        HeadCase all = HeadCase.random(seed, Assignment.ONE_TO_MANY);
        for (int keep : new int[] {1, 3}) {
            HeadCase some = all.with(new Assignment(10, keep, .5, 6));
            for (int image = 0; image < all.images; image++) {
                ReferenceAssigner whole = all.assignment(image);
                ReferenceAssigner kept = some.assignment(image);
                for (int object = 0; object < all.targets(image).size(); object++) {
                    int wanted = object;
                    int[] anchors = IntStream.range(0, all.head(all.operands).anchors().size())
                            .filter(a -> kept.object(a) == wanted).toArray();
                    assertThat(anchors).hasSizeLessThanOrEqualTo(keep);
                    double least = Arrays.stream(anchors).mapToDouble(whole::softTarget).min().orElse(0);
                    for (int a = 0; a < all.head(all.operands).anchors().size(); a++) {
                        if (whole.object(a) == object && kept.object(a) != object) {
                            assertThat(whole.softTarget(a)).isLessThanOrEqualTo(least);
                            assertThat(anchors).hasSize(keep);
                        }
                    }
                }
            }
        }
    }

    @Seeds(20)
    void bestSoftTargetOfAnObjectIsItsBestOverlap(Seed seed) {
        HeadCase head = HeadCase.random(seed);
        for (int image = 0; image < head.images; image++) {
            ReferenceAssigner assignment = head.assignment(image);
            HeadLogits logits = head.head(head.operands);
            for (int object = 0; object < head.targets(image).size(); object++) {
                double bestOverlap = 0;
                double bestSoftTarget = 0;
                double bestMetric = 0;
                int wanted = object;
                int[] anchors = IntStream.range(0, logits.anchors().size())
                        .filter(a -> assignment.object(a) == wanted).toArray();
                assertThat(anchors.length).isLessThanOrEqualTo(10 * head.targets(image).size());
                for (int a : anchors) {
                    HeadLogits.Anchor anchor = logits.anchors().get(a);
                    ReferenceAssigner.Target target = head.targets(image).get(object);
                    double overlap = Math.max(0, logits.box(image, anchor).scaled(anchor.stride())
                            .completeIou(target.box()).value());
                    double logit = logits.classLogit(image, anchor, target.label());
                    bestOverlap = Math.max(bestOverlap, overlap);
                    double score = Math.pow(1 / (1 + Math.exp(-logit)), head.op.assignment().alpha());
                    bestMetric = Math.max(bestMetric, score * Math.pow(overlap, head.op.assignment().beta()));
                    bestSoftTarget = Math.max(bestSoftTarget, assignment.softTarget(a));
                }
                Vectors.assertClose(bestSoftTarget, bestOverlap * bestMetric / (bestMetric + 1e-9), 1e-12,
                        "soft target");
            }
        }
    }

    private static int[] assigned(ReferenceAssigner assignment, int object) {
        return IntStream.range(0, 4 * COLUMNS).filter(a -> assignment.object(a) == object).toArray();
    }

    private static HeadCase head(double[] rows) {
        return new HeadCase(List.of(8), 8, 2, new Seed(5), rows);
    }

    /// A row of the targets, from pixels.
    private static double[] object(int label, double x, double y, double width, double height) {
        return new double[] {label, x / HeadCase.WIDTH, y / HeadCase.HEIGHT, width / HeadCase.WIDTH,
            height / HeadCase.HEIGHT};
    }

    private static double[] concat(double[] left, double[] right) {
        double[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}

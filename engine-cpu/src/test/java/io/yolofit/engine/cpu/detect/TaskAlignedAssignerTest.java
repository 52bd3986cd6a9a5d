package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TaskAlignedAssignerTest {
    private static final int SIZE = 160;

    @Test
    void matchesTheInterpreterOnObjectsOfAllSizes() {
        for (long seed = 1; seed <= 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Targets targets = RandomHead.targets(random, 5, 0.01, 0.9, random.nextInt(1, 12), random.nextInt(1, 12));
            compare(seed, RandomHead.random(random, SIZE, SIZE, 5, 16, targets), 10, 10);
        }
    }

    @Test
    void matchesOnBoxesSmallerThanTheFirstStride() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Targets targets = RandomHead.targets(random, 2, 0, 0.08, 20);
            compare(seed, RandomHead.random(random, SIZE, 96, 2, 16, targets), 10, 10);
        }
    }

    @Test
    void matchesOnEmptyImagesBetweenImagesWithObjects() {
        SplittableRandom random = new SplittableRandom(3);
        Targets targets = RandomHead.targets(random, 3, 0.1, 0.5, 4, 0, 3, 0);
        compare(3, RandomHead.random(random, SIZE, SIZE, 3, 16, targets), 10, 10);
    }

    @Test
    void matchesOnABatchWithoutObjects() {
        SplittableRandom random = new SplittableRandom(4);
        compare(4, RandomHead.random(random, SIZE, SIZE, 3, 16, RandomHead.targets(random, 3, 0, 1, 0, 0)), 10, 10);
    }

    @Test
    void matchesOnIdenticalBoxesAndBoxesOnTheGrid() {
        SplittableRandom random = new SplittableRandom(5);
        float[] box = {1, .5f, .5f, .375f, .3125f}; // 40 to 88 by 44 to 84 of 128 px: edges in float and double agree
        Targets targets = RandomHead.targets(box, box.clone(), new float[] {0, .5f, .5f, .375f, .3125f},
                new float[] {2, .25f, .25f, .25f, .25f}, new float[] {2, .28125f, .28125f, .1875f, .1875f});
        compare(5, RandomHead.random(random, 128, 128, 3, 16, targets), 10, 10);
    }

    @Test
    void matchesOnBoxesThatExtendBeyondTheImage() {
        SplittableRandom random = new SplittableRandom(6);
        Targets targets = RandomHead.targets(new float[] {0, 0, 0, .5f, .5f}, new float[] {1, 1, 1, .6f, .2f},
                new float[] {0, 1.8f, .5f, .3f, .3f}, new float[] {1, -.2f, .1f, .9f, .9f},
                new float[] {1, .5f, -3, .2f, .2f}, new float[] {1, .5f, .5f, 3, 3});
        compare(6, RandomHead.random(random, SIZE, SIZE, 2, 16, targets), 10, 10);
    }

    @Test
    void matchesOnACrowd() {
        for (long seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Targets targets = RandomHead.targets(random, 4, 0.05, 0.5, 200);
            compare(seed, RandomHead.random(random, SIZE, SIZE, 4, 16, targets), 10, 10);
        }
    }

    /// Edges are rounded in single precision, as in the reference: a box from 24 px on, of 160, does not contain the
    /// center at 24, although its edge in double precision does.
    @Test
    void edgesAreRoundedToSinglePrecision() {
        Targets targets = RandomHead.targets(new float[] {0, .25f, .25f, .2f, .2f});
        RandomHead head = RandomHead.random(new SplittableRandom(11), SIZE, SIZE, 1, 16, targets);
        DetectionLoss loss = new DetectionLoss(head.settings(), Runnable::run, 1);
        loss.value(head.levels(), targets);
        Positives positives = loss.positives(0);
        int first = SIZE / 8 * (SIZE / 8); // the level of stride 16, with centers at 8, 24, 40, 56
        int columns = SIZE / 16;
        for (int i = 0; i < positives.count(); i++) {
            int cell = positives.anchor(i) - first;
            if (cell >= 0 && cell < columns * columns) {
                assertThat(new int[] {cell / columns, cell % columns}).containsExactly(2, 2);
            }
        }
    }

    @Test
    void matchesOnOneToOneHeads() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Targets targets = RandomHead.targets(random, 3, 0.05, 0.6, 15, 6);
            RandomHead head = RandomHead.random(random, SIZE, SIZE, 3, 16, targets);
            compare(seed, head, 7, 1);
            compare(seed, head, 10, 3);
        }
    }

    @Test
    void matchesOnHeadsWithoutBins() {
        SplittableRandom random = new SplittableRandom(8);
        Targets targets = RandomHead.targets(random, 3, 0.05, 0.6, 15, 6);
        compare(8, RandomHead.random(random, SIZE, SIZE, 3, 1, targets), 7, 1);
    }

    @Test
    void unusedPlacesGoToTheFirstAnchorsOfMetricZeroWithSoftTargetZero() {
        SplittableRandom random = new SplittableRandom(9);
        Targets targets = RandomHead.targets(new float[] {0, 32 / 160f, 20 / 160f, 36 / 160f, 36 / 160f});
        RandomHead head = RandomHead.random(random, SIZE, SIZE, 1, 16, targets);
        for (float[] level : head.box()) { // every predicted box is a point, so all overlaps are 0
            for (int i = 0; i < level.length; i++) {
                level[i] = i % 16 == 0 ? 100 : -100;
            }
        }
        DetectionLoss loss = new DetectionLoss(head.settings(), Runnable::run, 1);
        LossResult result = loss.compute(head.levels(), targets, 1);
        compare(9, head, 10, 10);
        Positives positives = loss.positives(0);
        // The box spans x 14 .. 50: of the ten first anchors (one row, centers 4, 12, 20, ...) numbers 2 to 5.
        assertThat(positives.count()).isEqualTo(4);
        assertThat(positives.anchor(0)).isEqualTo(2);
        assertThat(positives.anchor(3)).isEqualTo(5);
        assertThat(result.box()).isZero();
        assertThat(result.dfl()).isZero();
        assertThat(result.cls()).isPositive();
    }

    @Test
    void aDivergedPredictionBecomesAPositiveAndShowsInTheLoss() {
        SplittableRandom random = new SplittableRandom(10);
        Targets targets = RandomHead.targets(new float[] {0, .5f, .5f, .5f, .5f});
        RandomHead head = RandomHead.random(random, SIZE, SIZE, 1, 16, targets);
        Arrays.fill(head.box()[1], Float.NaN);
        DetectionLoss loss = new DetectionLoss(head.settings(), Runnable::run, 1);
        assertThat(loss.value(head.levels(), targets).box()).isNaN();
    }

    private static void compare(long seed, RandomHead head, int topK, int keep) {
        InterpretedHead.assertAgrees(head, head.settings().withTopK(topK, keep), 1,
                "seed " + seed + ", top " + topK + ", keep " + keep);
    }
}

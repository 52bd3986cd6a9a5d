package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class BoxDecoderTest {
    private static final int CLASSES = 3;

    @Test
    void decodesAnchorsLevelByLevelLikeTheInterpreter() {
        for (int bins : new int[] {1, 16}) {
            RandomHead head = head(1, bins);
            float[] predictions = decode(head, LogitType.F32, BoxFormat.CENTER_SIZE, 1);
            double[] expected = InterpretedHead.predictions(head);
            assertThat(predictions).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                boolean box = i % (4 + CLASSES) < 4;
                assertThat((double) predictions[i]).isCloseTo(expected[i], within(box ? 1e-4 : 1e-6));
            }
        }
    }

    @Test
    void centerAndSizeDescribeTheSameBoxesAsCorners() {
        RandomHead head = head(2, 16);
        float[] corners = decode(head, LogitType.F32, BoxFormat.CORNERS, 1);
        float[] centers = decode(head, LogitType.F32, BoxFormat.CENTER_SIZE, 1);
        for (int at = 0; at < corners.length; at += 4 + CLASSES) {
            for (int axis = 0; axis < 2; axis++) {
                assertThat(centers[at + axis] - centers[at + axis + 2] / 2)
                        .isCloseTo(corners[at + axis], within(1e-3f));
                assertThat(centers[at + axis] + centers[at + axis + 2] / 2)
                        .isCloseTo(corners[at + axis + 2], within(1e-3f));
            }
        }
    }

    @Test
    void withOneBinTheLogitIsTheDistance() {
        RandomHead head = head(3, 1);
        float[] corners = decode(head, LogitType.F32, BoxFormat.CORNERS, 1);
        assertThat(corners[0]).isCloseTo(4 - 8 * head.box()[0][0], within(1e-4f));
        assertThat(corners[3]).isCloseTo(4 + 8 * head.box()[0][3], within(1e-4f));
    }

    @Test
    void threadsChangeNothingAndBf16OnlyRoundsTheInput() {
        RandomHead head = head(4, 16).rounded();
        float[] expected = decode(head, LogitType.F32, BoxFormat.CENTER_SIZE, 1);
        assertThat(decode(head, LogitType.F32, BoxFormat.CENTER_SIZE, 3)).isEqualTo(expected);
        assertThat(decode(head, LogitType.BF16, BoxFormat.CENTER_SIZE, 1)).isEqualTo(expected);
    }

    @Test
    void refusesPredictionsOfAnotherSize() {
        RandomHead head = head(5, 16);
        BoxDecoder decoder = new BoxDecoder(CLASSES, 16, BoxFormat.CORNERS, Runnable::run, 1);
        assertThatThrownBy(() -> decoder.decode(head.levels(), 2, MemorySegment.ofArray(new float[7])))
                .hasMessageContaining("28 bytes").hasMessageContaining("F32[2,420,7]");
    }

    private static RandomHead head(long seed, int regMax) {
        SplittableRandom random = new SplittableRandom(seed);
        return RandomHead.random(random, 160, 128, CLASSES, regMax, RandomHead.targets(random, CLASSES, .1, .6, 5, 2));
    }

    private static float[] decode(RandomHead head, LogitType type, BoxFormat format, int threads) {
        int anchors = Head.of(head.levels(), head.images(), CLASSES, head.regMax()).anchors();
        float[] predictions = new float[head.images() * anchors * (4 + CLASSES)];
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            new BoxDecoder(CLASSES, head.regMax(), format, pool, threads)
                    .decode(head.levels(type, false), head.images(), MemorySegment.ofArray(predictions));
        }
        return predictions;
    }
}

package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class DetectionLossTest {
    private static final long MIB = 1 << 20;

    @Test
    void valueAndGradientMatchTheInterpreter() {
        for (long seed = 1; seed <= 20; seed++) {
            RandomHead head = head(seed, seed % 4 == 0 ? 1 : 16, 5, 0, 7);
            InterpretedHead.assertAgrees(head, head.settings(), 1024, "seed " + seed);
        }
    }

    @Test
    void eachTermAloneMatchesTheInterpreter() {
        RandomHead head = head(31, 16, 6, 0, 9);
        for (int term = 0; term < 3; term++) {
            LossSettings settings = head.settings().withGains(term == 0 ? 7.5 : 0, term == 1 ? 0.5 : 0,
                    term == 2 ? 1.5 : 0);
            InterpretedHead.assertAgrees(head, settings, 3, "term " + term);
        }
    }

    @Test
    void distancesBeyondTheLastBinAreClampedJustBelowIt() {
        SplittableRandom random = new SplittableRandom(11);
        Targets targets = RandomHead.targets(new float[] {0, .5f, .5f, .9f, .9f}); // 374 px: 23 strides of 8 px a side
        RandomHead head = RandomHead.random(random, 416, 416, 1, 16, targets);
        Arrays.fill(head.cls()[0], 9); // only the first level, whose bins do not reach the sides, scores high
        Arrays.fill(head.cls()[1], -80);
        Arrays.fill(head.cls()[2], -80);
        InterpretedHead.assertAgrees(head, head.settings(), 1, "distances beyond the last bin");
        DetectionLoss loss = loss(head, 1);
        loss.value(head.levels(), targets);
        assertThat(loss.positives(0).anchor(9)).as("last of ten positives").isLessThan(52 * 52);
    }

    @Test
    void aBatchWithoutObjectsHasClassLossAndNoBoxGradient() {
        RandomHead head = head(1, 16, 0, 0);
        List<HeadLevel> levels = head.levels();
        LossResult result = loss(head, 1).compute(levels, head.targets(), 1);
        assertThat(result.positives()).isZero();
        assertThat(result.box()).isZero();
        assertThat(result.dfl()).isZero();
        assertThat(result.cls()).isPositive();
        for (HeadLevel level : levels) {
            assertThat(RandomHead.floats(LogitType.F32, level.boxGradient())).containsOnly(0);
            for (float gradient : RandomHead.floats(LogitType.F32, level.clsGradient())) {
                assertThat(gradient).isBetween(Float.MIN_VALUE, 1f); // half a sigmoid, times two images
            }
        }
    }

    @Test
    void valueAndGradientAreBitIdenticalForAnyNumberOfThreads() {
        RandomHead head = head(2, 16, 9, 3, 0, 12, 1, 6, 4);
        List<HeadLevel> alone = head.levels();
        LossResult expected = loss(head, 1).compute(alone, head.targets(), 128);
        try (ForkJoinPool pool = new ForkJoinPool(5)) {
            for (int threads = 2; threads <= 5; threads++) {
                DetectionLoss loss = new DetectionLoss(head.settings(), pool, threads);
                for (int repeat = 0; repeat < 5; repeat++) {
                    List<HeadLevel> together = head.levels();
                    assertThat(loss.compute(together, head.targets(), 128)).isEqualTo(expected);
                    assertSameGradients(together, alone);
                }
            }
        }
    }

    @Test
    void aReusedInstanceKeepsNoStateOfThePreviousBatch() {
        DetectionLoss used = loss(head(3, 16, 40, 8), 1);
        used.compute(head(3, 16, 40, 8).levels(), head(3, 16, 40, 8).targets(), 1);
        RandomHead head = head(4, 16, 2, 0, 5);
        List<HeadLevel> levels = head.levels();
        List<HeadLevel> fresh = head.levels();
        assertThat(used.compute(levels, head.targets(), 1)).isEqualTo(loss(head, 1).compute(fresh, head.targets(), 1));
        assertSameGradients(levels, fresh);
    }

    @Test
    void gradientsMayOverwriteTheirLogits() {
        for (LogitType type : LogitType.values()) {
            RandomHead head = head(5, 16, 9, 3);
            List<HeadLevel> apart = head.levels(type, false);
            List<HeadLevel> inPlace = head.levels(type, true);
            assertThat(loss(head, 1).compute(inPlace, head.targets(), 2))
                    .isEqualTo(loss(head, 1).compute(apart, head.targets(), 2));
            assertSameGradients(inPlace, apart);
        }
    }

    @Test
    void computingOnlyTheValueWritesNothingAndGivesTheSameValue() {
        RandomHead head = head(6, 16, 9, 3);
        List<HeadLevel> levels = new ArrayList<>();
        for (HeadLevel level : head.levels()) {
            levels.add(HeadLevel.ofLogits(level.type(), level.stride(), level.height(), level.width(),
                    level.box().asReadOnly(), level.cls().asReadOnly()));
        }
        assertThat(loss(head, 1).value(levels, head.targets()))
                .isEqualTo(loss(head, 1).compute(head.levels(), head.targets(), 1));
    }

    @Test
    void bf16DiffersFromF32OnlyByTheRoundingOfGradients() {
        RandomHead head = head(7, 16, 9, 3).rounded();
        List<HeadLevel> exact = head.levels();
        List<HeadLevel> half = head.levels(LogitType.BF16, false);
        assertThat(loss(head, 1).compute(half, head.targets(), 1))
                .isEqualTo(loss(head, 1).compute(exact, head.targets(), 1));
        for (int i = 0; i < exact.size(); i++) {
            assertRounded(exact.get(i).boxGradient(), half.get(i).boxGradient());
            assertRounded(exact.get(i).clsGradient(), half.get(i).clsGradient());
        }
    }

    @Test
    void lossScaleMultipliesOnlyGradients() {
        RandomHead head = head(8, 16, 9, 3);
        List<HeadLevel> plain = head.levels();
        List<HeadLevel> scaled = head.levels();
        assertThat(loss(head, 1).compute(scaled, head.targets(), 1024))
                .isEqualTo(loss(head, 1).compute(plain, head.targets(), 1));
        for (int i = 0; i < plain.size(); i++) {
            float[] once = RandomHead.floats(LogitType.F32, plain.get(i).boxGradient());
            float[] often = RandomHead.floats(LogitType.F32, scaled.get(i).boxGradient());
            for (int j = 0; j < once.length; j++) { // subnormal numbers have fewer bits
                assertThat(often[j]).isCloseTo(once[j] * 1024, within(Math.abs(often[j]) * 1e-6f + 1e-36f));
            }
        }
    }

    @Test
    void memoryGrowsWithObjectsPlusAnchorsNotWithPairs() {
        SplittableRandom random = new SplittableRandom(9);
        Targets targets = RandomHead.targets(random, 3, 0.01, 0.2, 2000);
        RandomHead head = RandomHead.random(random, 640, 640, 3, 16, targets);
        RandomHead small = head(9, 16, 5);
        loss(small, 1).compute(small.levels(), small.targets(), 1); // loads classes
        List<HeadLevel> levels = head.levels();
        DetectionLoss loss = loss(head, 1);
        long first = allocatedBy(() -> loss.compute(levels, targets, 1));
        long second = allocatedBy(() -> loss.compute(levels, targets, 1));
        // 8,400 anchors x 2,000 objects are 16.8 million pairs: one byte each would be 16 MiB.
        assertThat(first).as("bytes allocated by the first call").isBetween(MIB / 4, 2 * MIB);
        // The rest is short-lived segment views, which only interpreted code allocates on the heap.
        assertThat(second).as("bytes allocated by the second call").isLessThan(MIB / 4);
    }

    @Test
    void refusesSegmentsAndTargetsThatDoNotFit() {
        RandomHead head = head(10, 16, 2);
        List<HeadLevel> levels = head.levels();
        DetectionLoss loss = loss(head, 1);
        assertThatThrownBy(() -> loss.compute(levels, RandomHead.targets(new float[] {3, .5f, .5f, .1f, .1f}), 1))
                .hasMessageContaining("class 3.0").hasMessageContaining("0 to 2");
        assertThatThrownBy(() -> loss.compute(levels, RandomHead.targets(new float[] {0, Float.NaN, .5f, .1f, .1f}), 1))
                .hasMessageContaining("object 0").hasMessageContaining("NaN");
        assertThatThrownBy(() -> loss.compute(levels, new Targets(new float[0], new int[] {0, 0, 0}), 1))
                .hasMessageContaining("level 0's box has 102400 bytes").hasMessageContaining("takes 204800");
        assertThatThrownBy(() -> loss.compute(levels.reversed(), head.targets(), 1))
                .hasMessageContaining("strides must increase");
        HeadLevel top = levels.getFirst();
        HeadLevel bare = HeadLevel.ofLogits(top.type(), 8, top.height(), top.width(), top.box(), top.cls());
        assertThatThrownBy(() -> loss.compute(List.of(bare), head.targets(), 1))
                .hasMessageContaining("level 0's boxGradient has 0 bytes");
        HeadLevel crossed = new HeadLevel(top.type(), 8, top.height(), top.width(), top.box(), top.cls(),
                top.box(), MemorySegment.ofArray(new float[0]));
        assertThatThrownBy(() -> loss.compute(List.of(crossed), head.targets(), 1))
                .hasMessageContaining("level 0's clsGradient has 0 bytes");
        assertThatThrownBy(() -> new Targets(new float[5], new int[] {0, 2})).hasMessageContaining("2 objects");
        assertThatThrownBy(() -> LossSettings.of(0)).hasMessageContaining("0 classes");
    }

    @Test
    void refusesGradientsThatOverlapOtherSegments() {
        RandomHead head = new RandomHead(8, 8, 64, 16, new float[][] {new float[64]}, new float[][] {new float[64]},
                new Targets(new float[0], new int[] {0, 0}));
        MemorySegment box = MemorySegment.ofArray(new float[64]);
        MemorySegment cls = MemorySegment.ofArray(new float[64]);
        List<HeadLevel> swapped = List.of(new HeadLevel(LogitType.F32, 8, 1, 1, box, cls, cls, box));
        assertThatThrownBy(() -> loss(head, 1).compute(swapped, head.targets(), 1))
                .hasMessageContaining("level 0's boxGradient shares bytes with level 0's cls");
    }

    private static RandomHead head(long seed, int regMax, int... objects) {
        SplittableRandom random = new SplittableRandom(seed);
        return RandomHead.random(random, 160, 160, 3, regMax, RandomHead.targets(random, 3, 0.05, 0.6, objects));
    }

    private static DetectionLoss loss(RandomHead head, int threads) {
        return new DetectionLoss(head.settings(), Runnable::run, threads);
    }

    private static void assertSameGradients(List<HeadLevel> actual, List<HeadLevel> expected) {
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).boxGradient().mismatch(expected.get(i).boxGradient())).isEqualTo(-1);
            assertThat(actual.get(i).clsGradient().mismatch(expected.get(i).clsGradient())).isEqualTo(-1);
        }
    }

    private static void assertRounded(MemorySegment exact, MemorySegment half) {
        float[] expected = RandomHead.floats(LogitType.F32, exact);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = LogitType.widen(LogitType.round(expected[i]));
        }
        assertThat(Arrays.equals(RandomHead.floats(LogitType.BF16, half), expected)).isTrue();
    }

    private static long allocatedBy(Runnable work) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}

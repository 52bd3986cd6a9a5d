package io.yolofit.engine.cuda.kernel.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.plan.Lane;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The preconditions of reduction_tiling.cuh, without a device: random tensors of each type.
class ReductionTilingTest {
    private static final long SEED = Long.getLong("test.seed", 11);
    private static final int TENSORS = 2000;
    private static final int LARGEST_CHANNELS = 2048;
    private static final int QUAD = 4;
    private static final int MOST_GROUPS = 2048;
    private static final int LANES = 4;
    private static final int STATIC_SHARED_BYTES = 48 * 1024;

    /// Runs a test on random tensors, some with vectorized accesses.
    private static void forTensors(DType type, BiConsumer<TensorType, Boolean> test) {
        Random random = new Random(SEED);
        for (int i = 0; i < TENSORS; i++) {
            boolean vectorized = random.nextBoolean();
            int step = vectorized ? ElementwiseTiling.ACCESS_BYTES / type.bytes() : 1;
            test.accept(TensorType.of(type, 1 + random.nextInt(16), 1 + random.nextInt(200), 1 + random.nextInt(200),
                    (long) step * (1 + random.nextInt(LARGEST_CHANNELS / step))), vectorized);
        }
    }

    private static String what(TensorType tensor, boolean vectorized) {
        return tensor + (vectorized ? ", vectorized" : "") + ", test.seed=" + SEED;
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void sumsOfABlockFitInItsThreadsAndSharedMemory(DType type) {
        forTensors(type, (tensor, vectorized) -> {
            String what = what(tensor, vectorized);
            ReductionTiling tiling = ReductionTiling.reducing(tensor, vectorized);
            int group = tiling.group();
            assertThat(tiling.blockThreads()).as(what).isBetween(group, ReductionTiling.REDUCING_THREADS);
            assertThat(tiling.groups()).as(what).isLessThanOrEqualTo(MOST_GROUPS);
            assertThat(tiling.groups() * group).as(what).isGreaterThanOrEqualTo(tensor.shape().channels());
            if (vectorized) {
                assertThat(group % QUAD).as(what).isZero();
                assertThat(tensor.shape().channels() % QUAD).as(what).isZero();
                assertThat(tiling.blockThreads() / (group / QUAD)).as("rows of partial sums of " + what)
                        .isBetween(1, tiling.rowsOfBlock());
            }
            int sums = 2 * tiling.rowsOfBlock() * group * Float.BYTES;
            int scaleShiftAndMean = 3 * group * Float.BYTES;
            assertThat(sums + scaleShiftAndMean + Long.BYTES).as(what).isLessThanOrEqualTo(STATIC_SHARED_BYTES);
        });
    }

    @Test
    void everyLaneHasCounters() {
        assertThat(Lane.values()).as("LANES_OF_A_STEP of reduction_tiling.cuh").hasSize(LANES);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void coefficientsOfThreeBlocksFitInSharedMemory(DType type) {
        forTensors(type, (tensor, vectorized) -> {
            String what = what(tensor, vectorized);
            ReductionTiling tiling = ReductionTiling.applying(tensor, vectorized);
            int group = tiling.group();
            assertThat(tiling.blockThreads()).as(what).isBetween(1, ReductionTiling.APPLYING_THREADS);
            assertThat(tiling.groups() * group).as(what).isGreaterThanOrEqualTo(tensor.shape().channels());
            int scaleShiftSlopeAndOffset = 4 * group * Float.BYTES;
            assertThat(scaleShiftSlopeAndOffset).as(what).isLessThanOrEqualTo(STATIC_SHARED_BYTES / 3);
        });
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void rowBlocksStayWithinTheRequestedGrid(DType type) {
        forTensors(type, (tensor, vectorized) -> {
            ReductionTiling tiling = ReductionTiling.reducing(tensor, vectorized);
            for (int requested : new int[] {1, 264, 528}) {
                long blocks = tiling.rowBlocks(requested);
                assertThat(blocks).as(what(tensor, vectorized)).isPositive();
                assertThat(blocks * tiling.groups()).as(what(tensor, vectorized))
                        .isLessThanOrEqualTo(Math.max(requested, tiling.groups()));
            }
        });
    }
}

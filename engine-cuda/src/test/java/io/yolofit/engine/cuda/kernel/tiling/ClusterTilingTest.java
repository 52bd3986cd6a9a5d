package io.yolofit.engine.cuda.kernel.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The preconditions of cluster.cuh, without a device: with the shared memory of an H100 or H200.
class ClusterTilingTest {
    private static final int SHARED_BYTES = 227 * 1024;
    private static final int HALF_OF_SHARED = 113 * 1024;
    private static final int MULTIPROCESSORS = 132;
    private static final int TENSORS = 2000;

    private static Optional<ClusterTiling> of(TensorType type, int tensors) {
        return ClusterTiling.of(SHARED_BYTES, HALF_OF_SHARED, type, tensors);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void blocksCoverTheTensorWithinTheirThreadsAndSharedMemory(DType type) {
        Random random = new Random(Long.getLong("test.seed", 17));
        int step = ElementwiseTiling.ACCESS_BYTES / type.bytes();
        for (int i = 0; i < TENSORS; i++) {
            TensorType tensor = TensorType.of(type, 1 + random.nextInt(16), 1 + random.nextInt(80),
                    1 + random.nextInt(80), (long) step * (1 + random.nextInt(2048 / step)));
            int tensors = 1 + random.nextInt(2);
            of(tensor, tensors).ifPresent(tiling -> {
                String what = tensor.toString();
                assertThat(tiling.groups() * tiling.group()).as(what)
                        .isGreaterThanOrEqualTo(tensor.shape().channels());
                assertThat(Integer.bitCount(tiling.across())).as(what).isOne();
                assertThat(tiling.rowsOfBlock() * tiling.across()).as(what).isEqualTo(ClusterTiling.THREADS);
                assertThat(2 * tiling.group()).as("sums of a block of " + what)
                        .isLessThanOrEqualTo(ClusterTiling.THREADS);
                assertThat(tiling.groups() * tiling.blocks()).as(what).isLessThanOrEqualTo(MULTIPROCESSORS);
                long rowsOfBlock = tiling.residentBytes() / (tensors * 16L * tiling.across());
                assertThat(rowsOfBlock * tiling.blocks()).as(what).isGreaterThanOrEqualTo(tiling.rows());
                assertThat(tiling.residentBytes() * tiling.occupancy()).as(what).isLessThan(SHARED_BYTES);
            });
        }
    }

    @ParameterizedTest(name = "{0}x{1}x{1}x{2}, {3} tensors: {4} threads across, clusters of {5}, {6} resident")
    @CsvSource({"16, 20, 64, 1, 2, 16, 2", "16, 20, 128, 1, 2, 16, 2", "16, 20, 256, 2, 2, 8, 2",
        "16, 40, 64, 2, 2, 16, 1", "16, 40, 128, 1, 2, 16, 2", "16, 20, 512, 1, 4, 8, 2"})
    void yoloTensorsAtBatch16OccupyTheDevice(int images, int side, int channels, int tensors, int across, int blocks,
            int occupancy) {
        ClusterTiling tiling = of(TensorType.of(DType.F16, images, side, side, channels), tensors).orElseThrow();
        assertThat(tiling.across()).isEqualTo(across);
        assertThat(tiling.blocks()).isEqualTo(blocks);
        assertThat(tiling.occupancy()).isEqualTo(occupancy);
    }

    @Test
    void largeTensorsHaveNone() {
        assertThat(of(TensorType.of(DType.F16, 16, 40, 40, 128), 2)).isEmpty();
        assertThat(of(TensorType.of(DType.F16, 16, 80, 80, 64), 1)).isEmpty();
        assertThat(of(TensorType.of(DType.F16, 16, 20, 20, 512), 2)).isEmpty();
    }

    @Test
    void rowsOfTooFewChannelsForTheDeviceHaveNone() {
        assertThat(of(TensorType.of(DType.F16, 16, 80, 80, 32), 1)).isEmpty();
        assertThat(of(TensorType.of(DType.F16, 4, 40, 40, 16), 1)).isEmpty();
    }

    @Test
    void rowsOfTooManyChannelsHaveNone() {
        assertThat(of(TensorType.of(DType.F16, 1, 1, 1, 4096), 1)).isEmpty();
    }
}

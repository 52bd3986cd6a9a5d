package io.yolofit.engine.cuda.kernel.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.MaxPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Blocks of the max pool gradient: as wide as a cache line where enough of them occupy the device.
class PoolTilingTest {
    private static final int LANES = 8;

    private static DeviceTensor tensor(long images, long side, long channels) {
        return new DeviceTensor(0, TensorType.of(DType.F16, images, side, side, channels), channels);
    }

    @ParameterizedTest(name = "{0}x{1}x{1}x{2}, window {3}, stride {4}: {5} accesses")
    @CsvSource({"16, 159, 128, 3, 2, 8", "16, 79, 256, 3, 2, 8", "16, 39, 256, 3, 2, 4", "16, 20, 256, 5, 1, 2",
        "1, 159, 128, 3, 2, 2", "64, 159, 8, 3, 2, 1", "64, 20, 1024, 5, 1, 8"})
    void blocksAreWideIfThereAreEnough(int images, int side, int channels, int window, int stride, int pieces) {
        MaxPool pool = new MaxPool.Gradient(window, stride, window / 2);
        PoolTiling tiling = PoolTiling.of(pool, tensor(images, side, channels),
                tensor(images, (side - 1) / stride + 1, channels), LANES);
        assertThat(tiling.pieces()).isEqualTo(pieces);
        assertThat(tiling.sharedBytes()).isLessThanOrEqualTo(48 * 1024);
        assertThat(tiling.height() * tiling.down()).isGreaterThanOrEqualTo(side);
        assertThat(tiling.width() * tiling.across()).isGreaterThanOrEqualTo(side);
    }
}

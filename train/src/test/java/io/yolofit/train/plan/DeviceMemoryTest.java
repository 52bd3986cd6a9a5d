package io.yolofit.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Predicted and measured memory of processes in MiB: peaks of `nvidia-smi` over whole runs on an
/// H200 (docs/results/prediction.md), in the first run on the machine and in a later one.
class DeviceMemoryTest {
    private static final double MIB = 1 << 20;
    private static final double WHOLE_GPU = 143_771 * MIB;
    /// Context and handles, measured in each of the runs.
    private static final long OPENED = 569_966_592;

    @ParameterizedTest
    @CsvSource({
        // kernels, arena in bytes, peak in MiB of the first run and of a later one
        "1394, 175350784, 749, 743",
        "964, 1782237440, 2297, 2281",
        "1386, 903909120, 1459, 1457",
        "1394, 1065006848, 1611, 1605",
        "960, 1724516864, 2239, 2225",
        "960, 3253244160, 3701, 3695",
        "1860, 1793496320, 2311, 2293",
        "1856, 1271862528, 1813, 1795",
    })
    void theTotalIsWithinOnePercentOr16MiBOfTheMeasuredOne(int kernels, long arena, double first, double later) {
        DeviceMemory untuned = DeviceMemory.present((long) WHOLE_GPU, (long) WHOLE_GPU, OPENED, false);
        DeviceMemory tuned = DeviceMemory.present((long) WHOLE_GPU, (long) WHOLE_GPU, OPENED, true);
        requireNear(untuned, kernels, arena, first);
        requireNear(tuned, kernels, arena, later);
        assertThat(total(untuned, kernels, arena) + untuned.uncertainty() / MIB).as("with the margin of a limit")
                .isGreaterThanOrEqualTo(first);
        assertThat(total(tuned, kernels, arena) + tuned.uncertainty() / MIB).isGreaterThanOrEqualTo(later);
        requireNear(DeviceMemory.ABSENT_GPU, kernels, arena, first);
    }

    private static void requireNear(DeviceMemory device, int kernels, long arena, double measured) {
        double error = total(device, kernels, arena) - measured;
        assertThat(Math.abs(error)).as("error of %.0f MiB", measured).isLessThan(Math.max(16, .01 * measured));
    }

    private static double total(DeviceMemory device, int kernels, long arena) {
        return (arena + device.context() + device.perKernel() * kernels) / MIB;
    }
}

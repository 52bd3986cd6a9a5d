package io.yolofit.api.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.base.Troubleshooting;
import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceSelectionTest {
    private static final long GIB = 1L << 30;
    private static final GpuInfo BUSY = new GpuInfo(0, "NVIDIA X", 10 * GIB, 80 * GIB, 90);
    private static final GpuInfo IDLE = new GpuInfo(1, "NVIDIA X", 79 * GIB, 80 * GIB, 90);
    private static final Devices TWO = new Devices(List.of(BUSY, IDLE), "", List.of());
    private static final Devices NONE = new Devices(List.of(), "the driver shows no GPU", List.of());
    private static final Devices NO_LIBRARY = new Devices(List.of(),
            "libcudnn.so.9: not there. Looked in /a:/b", List.of(
            new Devices.Finding("driver", true, "serves CUDA 13.0"),
            new Devices.Finding("cuDNN", false, "libcudnn.so.9: not there. Looked in /a:/b"),
            new Devices.Finding("NVML", false, "libnvidia-ml.so.1: not there")));

    @Test
    void autoSelectsTheGpuWithTheMostFreeMemory() {
        DeviceSelection selection = DeviceSelection.of(DeviceChoice.AUTO, false, TWO);
        assertThat(selection.gpu()).contains(IDLE);
        assertThat(selection.why()).isEqualTo(
                "device=auto: NVIDIA X (GPU 1, 79.0 GiB free of 80.0 GiB), most free memory of 2 GPUs");
    }

    @Test
    void autoSelectsTheFirstOfEqualGpus() {
        GpuInfo third = new GpuInfo(2, "NVIDIA X", IDLE.free(), IDLE.total(), 90);
        assertThat(DeviceSelection.of(DeviceChoice.AUTO, false, new Devices(List.of(IDLE, third), "", List.of())).gpu())
                .contains(IDLE);
    }

    @Test
    void withoutAGpuAutoSelectsTheCpuAndGivesTheReason() {
        assertThat(DeviceSelection.of(DeviceChoice.AUTO, false, NONE)).isEqualTo(new DeviceSelection(Optional.empty(),
                "device=auto: CPU, because no GPU is usable (the driver shows no GPU)"));
        assertThat(DeviceSelection.of(DeviceChoice.AUTO, false, NO_LIBRARY).why())
                .contains("(cuDNN not found or too old").doesNotContain("/a:/b").doesNotContain("NVML");
    }

    @Test
    void anIndexSelectsThatGpuAndCpuTheCpu() {
        assertThat(DeviceSelection.of(DeviceChoice.gpu(0), false, TWO))
                .isEqualTo(new DeviceSelection(Optional.of(BUSY), ""));
        assertThat(DeviceSelection.of(DeviceChoice.CPU, false, TWO))
                .isEqualTo(new DeviceSelection(Optional.empty(), ""));
    }

    @Test
    void anAbsentGpuIsAnErrorThatListsTheUsableOnes() {
        assertThatThrownBy(() -> DeviceSelection.of(DeviceChoice.gpu(2), false, TWO))
                .isInstanceOf(DeviceSelection.NotThere.class)
                .hasMessageContainingAll("device=2: no such GPU", "device=0 (NVIDIA X", "device=1 (NVIDIA X");
        assertThatThrownBy(() -> DeviceSelection.of(DeviceChoice.gpu(0), false, NO_LIBRARY))
                .hasMessageContainingAll("device=0: no GPU is usable on this machine", "Looked in /a:/b", "device=cpu");
    }

    @Test
    void anAbsentGpuOfAFileMeansAutoWithANote() {
        DeviceSelection selection = DeviceSelection.of(DeviceChoice.gpu(5), true, TWO);
        assertThat(selection.gpu()).contains(IDLE);
        assertThat(selection.why()).startsWith("device=5 is from a file, and this machine has no such GPU: NVIDIA X");
        assertThat(DeviceSelection.of(DeviceChoice.gpu(0), true, TWO).gpu()).contains(BUSY);
    }

    @Test
    void severalDevicesAreForTrainingOnly() {
        assertThatThrownBy(() -> DeviceSelection.of(new DeviceChoice.Gpus(List.of(1, 0)), false, TWO))
                .hasMessage("device=1,0: only the command `train` shares its work between ranks; give one GPU, such "
                        + "as device=1");
        assertThatThrownBy(() -> DeviceSelection.of(new DeviceChoice.Cpus(2), false, TWO))
                .hasMessage("device=cpu,cpu: only the command `train` shares its work between ranks; give device=cpu")
                .extracting(failure -> ((DeviceSelection.NotThere) failure).section())
                .isEqualTo(Troubleshooting.DEVICES);
    }
}

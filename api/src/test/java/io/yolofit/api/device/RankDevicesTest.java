package io.yolofit.api.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.ranks.Launch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which devices a process drives: the option, the launcher and the GPUs of the machine.
class RankDevicesTest {
    private static final Devices NONE = new Devices(List.of(), "no driver", List.of());
    private static final Devices FOUR = gpus(4);

    private static Devices gpus(int count) {
        return new Devices(IntStream.range(0, count).mapToObj(index -> new GpuInfo(index, "NVIDIA X",
                1L << 34, 1L << 34, 80)).toList(), "", List.of());
    }

    @ParameterizedTest(name = "device={0} with {2}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            cpu         | cpu         |
            cpu,cpu     | cpu cpu     |
            0,1         | 0 1         |
            2           | 2           |
            auto        | 0           |
            auto        | 1           | RANK=1 LOCAL_RANK=1 WORLD_SIZE=2 MASTER_ADDR=a
            3,2         | 2           | RANK=1 LOCAL_RANK=1 WORLD_SIZE=2 MASTER_ADDR=a
            cpu         | cpu         | RANK=1 LOCAL_RANK=1 WORLD_SIZE=2 MASTER_ADDR=a
            auto        | 0 1 2 3     | PET_NNODES=2 PET_NODE_RANK=0 PET_NPROC_PER_NODE=auto PET_MASTER_ADDR=a
            auto        | 0 1         | PET_NNODES=2 PET_NODE_RANK=0 PET_NPROC_PER_NODE=2 PET_MASTER_ADDR=a
            auto        | 0 1         | PET_NNODES=1 PET_NODE_RANK=0 PET_NPROC_PER_NODE=2
            auto        | 0 1 2 3     | RANK=0 WORLD_SIZE=2 MASTER_ADDR=a
            0,1         | 0 1         | YOLOFIT_PROCESS=0 YOLOFIT_PROCESSES=2 YOLOFIT_MASTER=a
            """)
    void aProcessDrives(String device, String expected, String environment) {
        assertThat(drives(device, environment, FOUR)).isEqualTo(expected);
    }

    @Test
    void withoutGpusAPodHasOneRankWhateverItsCores() {
        assertThat(drives("auto", "PET_NNODES=2 PET_NODE_RANK=0 PET_NPROC_PER_NODE=16 PET_MASTER_ADDR=a", NONE))
                .isEqualTo("cpu");
        assertThat(drives("auto", "RANK=1 LOCAL_RANK=1 WORLD_SIZE=2 MASTER_ADDR=a", NONE)).isEqualTo("cpu");
    }

    @Test
    void aLauncherMayShowEachProcessItsOwnGpuOnly() {
        assertThat(drives("auto", "RANK=3 LOCAL_RANK=3 WORLD_SIZE=4 MASTER_ADDR=a", gpus(1))).isEqualTo("0");
    }

    @Test
    void tooFewGpusAreAnErrorThatNamesBothNumbers() {
        assertThatThrownBy(() -> drives("auto", "PET_NNODES=1 PET_NODE_RANK=0 PET_NPROC_PER_NODE=8", FOUR))
                .isInstanceOf(DeviceSelection.NotThere.class).hasMessageContaining("wants 8 GPUs").hasMessageContaining(
                        "can use 4");
        assertThatThrownBy(() -> drives("auto", "RANK=5 LOCAL_RANK=5 WORLD_SIZE=6 MASTER_ADDR=a", FOUR))
                .hasMessageContaining("more processes on this host than its 4 GPUs");
        assertThatThrownBy(() -> drives("0", "RANK=1 LOCAL_RANK=1 WORLD_SIZE=2 MASTER_ADDR=a", FOUR))
                .hasMessageContaining("device=0 names 1 GPU");
        assertThatThrownBy(() -> drives("0,4", "", FOUR)).hasMessageContaining("device=4: no such GPU");
    }

    @Test
    void absentGpusOfAFileMeanAutoWithANote() {
        DeviceChoice two = DeviceChoice.parse("0,1").orElseThrow();
        DeviceSelection only = RankDevices.of(two, true, Launch.ALONE, () -> NONE).local().getFirst();
        assertThat(only.gpu()).isEmpty();
        assertThat(only.why()).startsWith("device=0 is from a file, and this machine has no such GPU: CPU");
        assertThat(RankDevices.of(two, true, Launch.ALONE, () -> FOUR).local()).hasSize(2);
    }

    @Test
    void unequalAndBusyGpusAreWarnedAbout() {
        Devices mixed = new Devices(List.of(new GpuInfo(0, "NVIDIA X", 1L << 34, 1L << 34, 80),
                new GpuInfo(1, "NVIDIA Y", 1L << 31, 1L << 33, 75)), "", List.of());
        assertThat(devices("0,1", "", mixed).warnings((_, _) -> true)).satisfiesExactly(
                unequal -> assertThat(unequal).contains("GPU 0 (NVIDIA X)", "GPU 1 (NVIDIA Y)"),
                busy -> assertThat(busy).contains("GPU 1, 2.00 GiB free of 8.00 GiB", "is in use by other processes"));
        assertThat(devices("0,1", "", FOUR).warnings((_, _) -> true)).isEmpty();
    }

    @Test
    void gpusThatExchangeThroughHostMemoryAreWarnedAbout() {
        assertThat(devices("0,1,3", "", FOUR).warnings((gpu, other) -> gpu + other < 3)).containsExactly(
                "GPU 0 and GPU 3 exchange through host memory, so several GPUs may be slower than one; `yolofit doctor "
                        + "device=0,1,3` times it and says how to enable direct copies");
        assertThat(devices("cpu,cpu", "", FOUR).warnings((_, _) -> false)).isEmpty();
    }

    @Test
    void gpusThatSlowTheOthersDownAreRefusedWithThoseThatAreFaster() {
        Devices mixed = named("NVIDIA H200", "Tesla T4", "NVIDIA H200", "NVIDIA H100 80GB HBM3", "NVIDIA X");
        assertThatThrownBy(() -> devices("0,1,2", "", mixed).requireSimilar())
                .isInstanceOf(DeviceSelection.NotThere.class)
                .hasMessage("device=0,1,2: all GPUs have as many images of each batch, so every step takes as long as "
                        + "on GPU 1 (Tesla T4); device=0,2 (NVIDIA H200) is predicted to be 10.0 times as fast: use "
                        + "that");
        assertThatThrownBy(() -> devices("1,3", "", mixed).requireSimilar()).hasMessageContaining("device=3 (");
        devices("0,2", "", mixed).requireSimilar();
        devices("0,3", "", mixed).requireSimilar(); // the same matrix rate
        devices("0,4", "", mixed).requireSimilar(); // not in the catalog
        devices("cpu,cpu", "", mixed).requireSimilar();
    }

    private static Devices named(String... names) {
        return new Devices(IntStream.range(0, names.length).mapToObj(index -> new GpuInfo(index, names[index],
                1L << 34, 1L << 34, 80)).toList(), "", List.of());
    }

    @Test
    void ranksAreCountedOverAllProcesses() {
        RankDevices devices = devices("0,1", "YOLOFIT_PROCESS=1 YOLOFIT_PROCESSES=3 YOLOFIT_MASTER=a", FOUR);
        assertThat(devices.ranks()).isEqualTo(6);
        assertThat(devices.isOnGpus()).isTrue();
        assertThat(devices("cpu", "", NONE).isAlone()).isTrue();
    }

    private static String drives(String device, String environment, Devices found) {
        return String.join(" ", devices(device, environment, found).local().stream()
                .map(one -> one.gpu().map(gpu -> String.valueOf(gpu.index())).orElse("cpu")).toList());
    }

    private static RankDevices devices(String device, String environment, Devices found) {
        Map<String, String> variables = new HashMap<>();
        if (environment != null && !environment.isBlank()) {
            Arrays.stream(environment.split(" ")).map(variable -> variable.split("=", 2))
                    .forEach(parts -> variables.put(parts[0], parts[1]));
        }
        return RankDevices.of(DeviceChoice.parse(device).orElseThrow(), false, Launch.of(variables), () -> found);
    }
}

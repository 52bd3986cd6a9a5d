package io.yolofit.train.plan.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.train.plan.time.DeviceRates;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GpuCatalogTest {
    @Test
    void everyRowIsCompleteAndPlausible() {
        Set<String> names = new HashSet<>();
        assertThat(GpuCatalog.all()).hasSizeGreaterThan(30).allSatisfy(gpu -> {
            assertThat(names.add(gpu.name())).as("name is unique").isTrue();
            assertThat(gpu.source()).startsWith("NVIDIA ");
            assertThat(gpu.memory()).as("memory").isBetween(3L << 30, 200L << 30);
            assertThat(gpu.usable()).isLessThan(gpu.memory());
            assertThat(gpu.bandwidth()).as("bandwidth").isBetween(50e9, 10e12);
            assertThat(gpu.halfFlops()).as("half is at least twice f32, in the data sheets of all of these")
                    .isGreaterThanOrEqualTo(1.9 * gpu.singleFlops());
            assertThat(gpu.multiprocessors()).isBetween(4, 200);
            assertThat(gpu.capability()).isBetween(70, 120);
        });
    }

    @Test
    void ratesFollowFromCoresAndClock() {
        // f32 rate = multiprocessors x cores x 2 x clock; clocks of all these GPUs are between .5 and 3.2 GHz.
        assertThat(GpuCatalog.all()).allSatisfy(gpu -> {
            int cores = gpu.capability() == 80 || gpu.capability() < 80 ? 64 : 128;
            assertThat(gpu.singleFlops() / gpu.multiprocessors() / cores / 2).as("clock of " + gpu.name())
                    .isBetween(.5e9, 3.2e9);
        });
    }

    @Test
    void namesAreFoundAsUsersAndDriversWriteThem() {
        for (String name : List.of("rtx3060", "RTX 3060", "NVIDIA GeForce RTX 3060", "rtx-3060")) {
            assertThat(GpuCatalog.find(name).name()).isEqualTo("rtx3060");
        }
        assertThat(GpuCatalog.ofDevice("NVIDIA GeForce RTX 3060 Laptop GPU").orElseThrow().name())
                .isEqualTo("rtx3060laptop");
        assertThat(GpuCatalog.ofDevice("NVIDIA A100-SXM4-80GB").orElseThrow().name()).isEqualTo("a100-80");
        assertThat(GpuCatalog.ofDevice("NVIDIA H100 80GB HBM3").orElseThrow().name()).isEqualTo("h100");
        assertThat(GpuCatalog.ofDevice("NVIDIA GeForce RTX 4080 SUPER").orElseThrow().name()).isEqualTo("rtx4080");
        assertThat(GpuCatalog.ofDevice("Radeon VII")).isEmpty();
    }

    @Test
    void gpusAreConnectedByNvlinkOrPcie() {
        assertThat(GpuCatalog.find("a100").links().rates()).isEqualTo("NVLink, 135 GB/s and 15 us for an all-reduce");
        assertThat(GpuCatalog.find("rtx3090").links().rates()).isEqualTo("PCIe, 16 GB/s and 25 us for an all-reduce");
        assertThat(GpuCatalog.links("Radeon VII").source()).isEqualTo("estimated for the Radeon VII");
        assertThat(GpuCatalog.all()).allSatisfy(gpu -> assertThat(gpu.links().bandwidth()).isBetween(5e9, 500e9));
    }

    @Test
    void anUnknownNameGetsASuggestion() {
        assertThatThrownBy(() -> GpuCatalog.find("rtx3066")).hasMessageContaining("did you mean rtx3060");
    }

    @Test
    void bf16NeedsCapabilityEight() {
        assertThat(GpuCatalog.find("t4").hasBf16()).isFalse();
        assertThat(GpuCatalog.find("a100").hasBf16()).isTrue();
    }

    @Test
    void tf32NeedsCapabilityEight() {
        GpuModel turing = GpuCatalog.find("t4");
        assertThat(turing.tf32Flops()).isEqualTo(turing.singleFlops());
        assertThat(GpuCatalog.find("a100").tf32Flops()).isEqualTo(156e12);
    }

    @Test
    void aGpuThatIsNotInTheCatalogGetsTheRatesOfASimilarOne() {
        DeviceRates measured = GpuCatalog.rates("NVIDIA H200", 90, 132, () -> {
            throw new AssertionError("its rates were measured");
        });
        assertThat(measured).isEqualTo(DeviceRates.H200);
        DeviceRates known = GpuCatalog.rates("NVIDIA GeForce RTX 3060", 86, 28, () -> 311e9);
        assertThat(known).isEqualTo(GpuCatalog.find("rtx3060").rates().withBandwidth(311e9));
        assertThat(known.source()).contains("data sheet of the GeForce RTX 3060", "measured");
        DeviceRates unknown = GpuCatalog.rates("NVIDIA CMP 9", 86, 14, () -> 123e9);
        GpuModel similar = GpuCatalog.find("rtx3050");
        assertThat(unknown.halfFlops()).isEqualTo(similar.rates().halfFlops() * 14 / similar.multiprocessors());
        assertThat(unknown.bandwidth()).isEqualTo(123e9);
        assertThat(unknown.multiprocessors()).isEqualTo(14);
        assertThat(unknown.source()).contains("measured", similar.title());
    }
}

package io.yolofit.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.report.HostMemory;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux reports the mappings of a process")
class ResidentMemoryTest {
    private static final long MIB = 1 << 20;
    private static final int SIZE = 64 << 20;

    @Test
    void thePartsSumToTheResidentMemory() {
        HostMemory host = ResidentMemory.parts(5 * MIB).orElseThrow();
        assertThat(host.heap() + host.code() + host.libraries() + host.allocated() + host.other())
                .isEqualTo(host.resident());
        assertThat(host.resident()).isBetween(ResidentMemory.now() / 2, host.peak() + SIZE);
        assertThat(host.heap()).isBetween(MIB, Runtime.getRuntime().totalMemory());
        assertThat(host.code()).isPositive();
        assertThat(host.libraries()).isPositive();
        assertThat(host.images()).isEqualTo(5 * MIB);
    }

    @Test
    void nativeAllocationsAndTheHeapAreDistinguished() {
        HostMemory before = ResidentMemory.parts(0).orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            arena.allocate(SIZE).fill((byte) 1);
            HostMemory with = ResidentMemory.parts(0).orElseThrow();
            assertThat(with.allocated() + with.other() - before.allocated() - before.other())
                    .isGreaterThan(SIZE - 16 * MIB);
            assertThat(with.heap() - before.heap()).isLessThan(SIZE / 2);
        }
    }

    /// Runtime images without diagnostic commands do not say where the heap is; a run must not fail for that.
    @Test
    void withoutTheAddressesOfTheHeapItsCommittedSizeCounts() {
        HostMemory host = ResidentMemory.parts(1L << 40, Optional.empty(), 0);
        assertThat(host.heap()).isBetween(1L, Runtime.getRuntime().totalMemory());
        assertThat(host.heap() + host.code() + host.libraries() + host.allocated() + host.other())
                .isEqualTo(host.resident());
    }
}

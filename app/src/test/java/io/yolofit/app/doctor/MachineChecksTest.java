package io.yolofit.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.app.doctor.Check.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineChecksTest {
    private static final long GIB = 1L << 30;

    private static Machine machine(int java, int cores, long freeMemory, Set<String> flags, long freeDisk) {
        return new Machine(java, java + ".0.1, Somebody", "Linux 6, amd64", cores, 32 * GIB, freeMemory, 8 * GIB,
                Optional.of(flags), Path.of("cache"), Optional.empty(), Path.of("work"), freeDisk, Optional.empty());
    }

    private static Check check(Machine machine, String subject) {
        return MachineChecks.of(machine).stream().filter(check -> check.subject().equals(subject)).findFirst()
                .orElseThrow();
    }

    @Test
    void aGoodMachinePassesAllChecks() {
        Machine good = machine(25, 8, 20 * GIB, Set.of("avx2", "avx512f", "avx512_bf16", "fpu"), 100 * GIB);
        assertThat(MachineChecks.of(good)).allMatch(check -> check.status() == Status.OK);
        assertThat(check(good, "vector units").finding()).isEqualTo("avx2 avx512f avx512_bf16");
        assertThat(DoctorReport.text(MachineChecks.of(good))).endsWith("\nReady.");
    }

    @Test
    void insufficientResourcesFailAndScarceOnesWarn() {
        Machine poor = machine(21, 1, GIB, Set.of("sse"), GIB / 8);
        assertThat(check(poor, "Java").status()).isEqualTo(Status.FAIL);
        assertThat(check(poor, "system").status()).isEqualTo(Status.WARN);
        assertThat(check(poor, "memory").status()).isEqualTo(Status.FAIL);
        assertThat(check(poor, "vector units").status()).isEqualTo(Status.WARN);
        assertThat(check(poor, "disk").status()).isEqualTo(Status.FAIL);
        Machine scarce = machine(25, 2, 3 * GIB, Set.of("avx2"), GIB);
        assertThat(check(scarce, "memory").status()).isEqualTo(Status.WARN);
        assertThat(check(scarce, "disk").status()).isEqualTo(Status.WARN);
        assertThat(check(scarce, "vector units").finding()).isEqualTo("avx2 (no bf16: amp=true gives no speedup)");
    }

    @Test
    void anUnwritableCacheAndMissingFontsComeWithAdvice() {
        var machine = new Machine(25, "25", "Linux", 4, 32 * GIB, 20 * GIB, GIB / 4, Optional.empty(), Path.of("c"),
                Optional.of("denied"), Path.of("w"), 50 * GIB, Optional.of("no fonts"));
        assertThat(check(machine, "cache folder").advice()).contains("XDG_CACHE_HOME");
        assertThat(check(machine, "plots").advice()).contains("fontconfig");
        assertThat(check(machine, "Java heap").advice()).contains("-Xmx");
        assertThat(check(machine, "vector units").status()).isEqualTo(Status.ABSENT);
        assertThat(check(machine, "cache folder").status()).isEqualTo(Status.FAIL);
        assertThat(DoctorReport.text(MachineChecks.of(machine))).endsWith("\nNot ready: 1 of 8 checks failed.");
    }

    @Test
    void theReportAlignsItsLinesAndPutsTheAdviceBelow() {
        List<Check> checks = List.of(Check.ok("Java", "25"), Check.fail("disk", "full", "make room"));
        assertThat(DoctorReport.text(checks)).isEqualTo("""
                ok    Java          25
                FAIL  disk          full
                                    -> make room

                Not ready: 1 of 2 checks failed.""");
        assertThat(DoctorReport.json(checks)).contains("\"ready\" : false", "\"status\" : \"fail\"",
                "\"advice\" : \"make room\"");
        assertThatThrownBy(() -> Check.warn("disk", "full", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFactsOfThisMachineCanBeRead() throws IOException {
        Machine here = Machine.here(Path.of(""));
        assertThat(here.java()).isGreaterThanOrEqualTo(25);
        assertThat(here.cores()).isPositive();
        assertThat(here.memory()).isGreaterThanOrEqualTo(here.freeMemory());
        assertThat(here.freeDisk()).isNotNegative();
    }

    @Test
    void libtorchLoadsAndComputes() {
        Check check = new LibtorchProbe().probe();
        assertThat(check.status()).as(check.toString()).isEqualTo(Status.OK);
        assertThat(check.finding()).startsWith("CPU, ").contains("libtorch", "bf16", "kernels");
    }
}

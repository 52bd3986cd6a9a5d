package io.yolofit.app.doctor;

import io.yolofit.app.console.Units;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks of the facts about a machine.
public final class MachineChecks {
    private static final long GIB = 1L << 30;
    private static final int OLDEST_JAVA = 25;
    private static final long LEAST_MEMORY = 2 * GIB;
    private static final long GOOD_MEMORY = 6 * GIB;
    private static final long LEAST_HEAP = GIB / 2;
    private static final long GOOD_DISK = 5 * GIB;
    private static final long LEAST_DISK = GIB / 4;
    /// In display order; the last three are bfloat16 instructions.
    private static final List<String> VECTOR_FLAGS =
            List.of("avx", "avx2", "avx512f", "asimd", "sve", "avx512_bf16", "amx_bf16", "bf16");
    /// The instruction set that the CPU engine requires for bfloat16.
    private static final String BFLOAT16_FLAG = "avx512_bf16";

    private MachineChecks() {}

    public static List<Check> of(Machine machine) {
        return List.of(java(machine), system(machine), vectors(machine), memory(machine), heap(machine),
                cache(machine), disk(machine), drawing(machine));
    }

    private static Check java(Machine machine) {
        return machine.java() >= OLDEST_JAVA
                ? Check.ok("Java", machine.javaText())
                : Check.fail("Java", machine.javaText(), "install a JDK " + OLDEST_JAVA + " or newer");
    }

    private static Check system(Machine machine) {
        String finding = machine.system() + ", " + machine.cores() + (machine.cores() == 1 ? " core" : " cores");
        return machine.cores() > 1
                ? Check.ok("system", finding)
                : Check.warn("system", finding, "give it more cores: data loading and training share this one");
    }

    private static Check vectors(Machine machine) {
        if (machine.cpuFlags().isEmpty()) {
            return Check.absent("vector units", "not reported by this system");
        }
        Set<String> flags = machine.cpuFlags().get();
        String found = VECTOR_FLAGS.stream().filter(flags::contains).collect(Collectors.joining(" "));
        if (!flags.contains("avx2") && !flags.contains("asimd")) {
            return Check.warn("vector units", found.isEmpty() ? "none" : found,
                    "expect slow training on this processor: it lacks AVX2");
        }
        boolean bfloat16 = flags.contains(BFLOAT16_FLAG);
        return Check.ok("vector units", found + (bfloat16 ? "" : " (no bf16: amp=true gives no speedup)"));
    }

    private static Check memory(Machine machine) {
        String finding = Units.bytes(machine.memory()) + ", " + Units.bytes(machine.freeMemory()) + " free";
        if (machine.freeMemory() < LEAST_MEMORY) {
            return Check.fail("memory", finding, "close other programs, or use a machine with more memory: even small "
                    + "models need " + Units.bytes(LEAST_MEMORY));
        }
        return machine.freeMemory() >= GOOD_MEMORY
                ? Check.ok("memory", finding)
                : Check.warn("memory", finding, "use a small batch; `yolofit plan` reports the memory of a run");
    }

    private static Check heap(Machine machine) {
        String finding = "at most " + Units.bytes(machine.maxHeap());
        return machine.maxHeap() >= LEAST_HEAP
                ? Check.ok("Java heap", finding)
                : Check.warn("Java heap", finding, "start Java with -Xmx1g or more");
    }

    private static Check cache(Machine machine) {
        return machine.cacheFailure()
                .map(failure -> Check.fail("cache folder", machine.cacheFolder() + " is not writable: " + failure,
                        "make it writable, or set XDG_CACHE_HOME to a folder that is"))
                .orElseGet(() -> Check.ok("cache folder", machine.cacheFolder().toString()));
    }

    private static Check disk(Machine machine) {
        String finding = Units.bytes(machine.freeDisk()) + " free in " + machine.workFolder();
        if (machine.freeDisk() < LEAST_DISK) {
            return Check.fail("disk", finding, "free some space, or set project= to a folder on another disk");
        }
        return machine.freeDisk() >= GOOD_DISK
                ? Check.ok("disk", finding)
                : Check.warn("disk", finding, "free some space before long runs, and avoid cache=disk");
    }

    private static Check drawing(Machine machine) {
        return machine.drawFailure()
                .map(failure -> Check.warn("plots", "cannot be drawn: " + failure,
                        "install fontconfig and a font (such as fonts-dejavu-core), or use plots=false"))
                .orElseGet(() -> Check.ok("plots", "can be drawn"));
    }
}

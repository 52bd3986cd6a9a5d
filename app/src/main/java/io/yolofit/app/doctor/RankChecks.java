package io.yolofit.app.doctor;

import io.yolofit.engine.AllReduceReport;
import io.yolofit.engine.DeviceException;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.ranks.RankThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Checks of the devices that `device=` names, before they train together: an all-reduce with a known result.
public final class RankChecks {
    private static final int COUNT = 1 << 20;
    private static final int TRIES = 10;
    private static final String SUBJECT = "all-reduce";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private RankChecks() {}

    /// Nothing for a single device.
    public static List<Check> of(DeviceChoice choice) {
        return switch (choice) {
            case DeviceChoice.Auto() -> List.of();
            case DeviceChoice.Cpu() -> List.of();
            case DeviceChoice.Cpus(int ranks) -> List.of(cpus(ranks));
            case DeviceChoice.Gpus(var numbers) -> numbers.size() == 1 ? List.of() : gpus(numbers);
        };
    }

    private static Check cpus(int ranks) {
        try {
            double milliseconds = RankThreads.run(LocalGroup.of(ranks), rank -> sum(rank, ranks));
            return Check.ok(SUBJECT, String.format(Locale.ROOT, "%d ranks on the CPU, %d MiB in %.1f ms, correct",
                    ranks, COUNT * Float.BYTES >> 20, milliseconds));
        } catch (Exception failed) {
            return Check.fail(SUBJECT, String.valueOf(failed.getMessage()), "report this with the output of doctor");
        }
    }

    /// Milliseconds of the fastest of several sums: the first ones are slow, because their code is compiled.
    private static double sum(Communicator rank, int ranks) {
        rank.timeout(LIMIT);
        double fastest = Double.MAX_VALUE;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment vector = arena.allocate(ValueLayout.JAVA_FLOAT, COUNT);
            for (int i = 0; i < TRIES; i++) {
                fill(vector, rank.rank() + 1);
                rank.barrier();
                long start = System.nanoTime();
                rank.sum(vector, COUNT);
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1e6);
                check(vector, ranks);
            }
            rank.barrier();
        }
        return fastest;
    }

    private static void fill(MemorySegment vector, float value) {
        for (int i = 0; i < COUNT; i++) {
            vector.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
    }

    private static void check(MemorySegment sums, int ranks) {
        float expected = ranks * (ranks + 1) / 2f;
        for (int i = 0; i < COUNT; i++) {
            if (sums.getAtIndex(ValueLayout.JAVA_FLOAT, i) != expected) {
                throw new IllegalStateException("a sum over " + ranks + " ranks is wrong at element " + i);
            }
        }
    }

    private static List<Check> gpus(List<Integer> numbers) {
        try {
            AllReduceReport probe = EngineProviders.gpu().allReduce(numbers);
            List<Check> checks = new ArrayList<>();
            checks.add(Check.ok("NCCL", probe.version()));
            String links = String.join("; ", probe.links());
            checks.add(probe.direct() ? Check.ok("links", links) : Check.warn("links", links,
                    "expect slow training on several GPUs: enable peer-to-peer access (IOMMU and ACS off), or use "
                            + "one GPU"));
            checks.add(Check.ok(SUBJECT, String.format(Locale.ROOT, "%d GPUs, %d MiB in %.2f ms, %.0f GB/s; 4 KiB "
                    + "in %.0f us; correct; NCCL takes %d MiB of each", numbers.size(), probe.bytes() >> 20,
                    probe.milliseconds(), probe.bandwidth(numbers.size()) / 1e9, probe.microseconds(),
                    probe.held() >> 20)));
            EngineProviders.devices().usable().stream().filter(gpu -> gpu.index() == numbers.getFirst()).findFirst()
                    .flatMap(gpu -> ExpectedScaling.of(gpu.name(), probe, numbers.size())).ifPresent(checks::add);
            return checks;
        } catch (DeviceException | EngineException failed) {
            return List.of(Check.fail(SUBJECT, failed.getMessage(), "NCCL_DEBUG=INFO shows more; device="
                    + numbers.getFirst() + " trains on one GPU without it"));
        }
    }
}

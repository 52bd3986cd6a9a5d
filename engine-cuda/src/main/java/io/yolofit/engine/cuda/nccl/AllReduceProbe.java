package io.yolofit.engine.cuda.nccl;

import io.yolofit.engine.AllReduceReport;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Driver;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Nvml;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Sums a vector over the GPUs of this machine, checks the result and measures the time.
public final class AllReduceProbe {
    private static final int COUNT = 16 << 20;
    private static final int SMALL = 1 << 10;
    private static final int TRIES = 10;
    private static final int THOUSAND = 1000;
    private static final String THROUGH_HOST = "through host memory";

    private AllReduceProbe() {}

    /// Sums a vector over these GPUs.
    ///
    /// @param gpus by the driver's numbers
    /// @throws CudaException if NCCL is missing, an all-reduce fails, or its result is wrong
    public static AllReduceReport of(List<Integer> gpus) {
        Driver driver = Driver.load();
        Nccl nccl = Nccl.load();
        byte[] id = nccl.uniqueId();
        List<FutureTask<Measured>> ranks = new ArrayList<>();
        for (int rank = 0; rank < gpus.size(); rank++) {
            int own = rank;
            ranks.add(new FutureTask<>(() -> measure(driver, nccl, gpus.get(own),
                    new GpuRank(own, gpus.size(), id))));
            Thread.ofPlatform().daemon().start(ranks.getLast());
        }
        Measured slowest = new Measured(0, 0, 0);
        for (FutureTask<Measured> rank : ranks) {
            slowest = slowest.slower(result(rank));
        }
        List<String> links = links(driver, gpus);
        return new AllReduceReport(nccl.version() + " (" + nccl.file() + ")", links,
                links.stream().noneMatch(link -> link.endsWith(THROUGH_HOST)), (long) COUNT * Float.BYTES,
                slowest.large, slowest.small * THOUSAND, slowest.bytes);
    }

    private static Measured result(FutureTask<Measured> rank) {
        try {
            return rank.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CudaException("interrupted during an all-reduce", e);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof CudaException known ? known
                    : new CudaException("an all-reduce failed", failed.getCause());
        }
    }

    /// What a rank measures.
    ///
    /// @param large milliseconds of a sum of [#COUNT] elements
    /// @param small milliseconds of a sum of [#SMALL] elements
    /// @param bytes of device memory that the communicator takes
    private record Measured(float large, float small, long bytes) {
        Measured slower(Measured other) {
            return new Measured(Math.max(large, other.large), Math.max(small, other.small),
                    Math.max(bytes, other.bytes));
        }

        Measured holding(long held) {
            return new Measured(large, small, held);
        }
    }

    private static Measured measure(Driver driver, Nccl nccl, int gpu, GpuRank rank) {
        try (Device device = Device.open(driver, gpu); Stream stream = device.stream()) {
            long before = device.memory().free();
            try (Nccl.Group group = nccl.open(rank.ranks(), rank.id(), rank.rank())) {
                group.warmUp(device, stream);
                long after = device.memory().free();
                return time(device, stream, group, gpu, rank).holding(Math.max(0, before - after));
            }
        }
    }

    /// Element i of rank r is `r + i mod 8`, so the sum is exact in fp32.
    private static Measured time(Device device, Stream stream, Nccl.Group group, int gpu, GpuRank rank) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment host = arena.allocate(ValueLayout.JAVA_FLOAT, COUNT);
            for (int i = 0; i < COUNT; i++) {
                host.setAtIndex(ValueLayout.JAVA_FLOAT, i, rank.rank() + i % 8);
            }
            long address = device.allocate(host.byteSize()).orElseThrow(() -> new CudaException("GPU " + gpu
                    + " has too little free memory for an all-reduce of " + host.byteSize() + " bytes"));
            stream.copyToDevice(address, host);
            group.sum(address, COUNT, stream.handle());
            stream.copyToHost(host, address);
            stream.synchronize();
            check(host, gpu, rank.ranks());
            float large = time(device, stream, group, address, COUNT);
            float small = time(device, stream, group, address, SMALL);
            device.free(address);
            return new Measured(large, small, 0);
        }
    }

    /// Mean milliseconds of sums back to back. One before them lets all ranks start at the same time. The values grow
    /// with every sum, without effect.
    private static float time(Device device, Stream stream, Nccl.Group group, long address, long count) {
        try (Event start = device.event(); Event end = device.event()) {
            group.sum(address, count, stream.handle());
            start.record(stream);
            for (int i = 0; i < TRIES; i++) {
                group.sum(address, count, stream.handle());
            }
            end.record(stream);
            stream.synchronize();
            return end.millisecondsSince(start) / TRIES;
        }
    }

    private static void check(MemorySegment sums, int gpu, int ranks) {
        for (int i = 0; i < COUNT; i++) {
            float expected = ranks * (ranks - 1) / 2f + ranks * (i % 8);
            float actual = sums.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (actual != expected) {
                throw new CudaException("an all-reduce on GPU " + gpu + " gave " + actual + " instead of " + expected
                        + " at element " + i + ": peer-to-peer copies are broken on this machine");
            }
        }
    }

    private static List<String> links(Driver driver, List<Integer> gpus) {
        List<String> texts = new ArrayList<>();
        for (int first = 0; first < gpus.size(); first++) {
            for (int second = first + 1; second < gpus.size(); second++) {
                boolean peers = Device.canAccessPeer(driver, gpus.get(first), gpus.get(second));
                int links = peers ? Math.min(links(driver, gpus.get(first)), links(driver, gpus.get(second))) : 0;
                texts.add("GPU " + gpus.get(first) + " - GPU " + gpus.get(second) + ": " + (links > 0
                        ? "NVLink (" + links + " links)" : peers ? "PCIe, directly" : THROUGH_HOST));
            }
        }
        return texts;
    }

    private static int links(Driver driver, int gpu) {
        return Nvml.load().gpu(Device.pciAddress(driver, gpu)).links();
    }
}

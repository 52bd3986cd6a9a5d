package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.report.HostPlan;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.program.InputShape;
import java.util.List;
import java.util.stream.Stream;

/// Host memory of a run. An estimate: unlike the arena, it is allocated piece by piece.
public final class HostEstimate {
    /// Resident memory of short runs on the CPU, without images and tensors: 450 to 500 MiB, most of it libraries, heap
    /// and tables of the collector.
    private static final long JAVA = 480L << 20;
    /// Decoded images that a loader without a cache keeps for the mosaics of neighboring samples, at most.
    private static final long RECENT = 1L << 30;
    private static final int CHANNELS = 3;
    /// Batches in use in addition to those that are loaded ahead: the current one and the next one.
    private static final int IN_USE = 2;
    private static final int LOADED_AHEAD = 2;

    private HostEstimate() {}

    /// @param options of the planned run
    /// @param onCpu   whether tensors are in host memory
    public static HostPlan of(Options options, DataFacts data, RunPlan plan, boolean onCpu) {
        RunSpec.Batches batches = ((RunSpec) plan.spec()).batches();
        int buffers = IN_USE + (options.get(WORKERS) == 0 ? 0 : LOADED_AHEAD);
        long loaded = buffers * (bytes(batches.train().getFirst()) + bytes(batches.val().getFirst()));
        return new HostPlan(JAVA, loaded, images(options, data), plan.persistentBytes(), onCpu ? plan.arenaBytes() : 0);
    }

    private static long bytes(InputShape shape) {
        return (long) CHANNELS * shape.images() * shape.height() * shape.width();
    }

    private static long images(Options options, DataFacts data) {
        if (data.scanned().isEmpty()) {
            return RECENT;
        }
        DataFacts.Scanned scanned = data.scanned().get();
        boolean cached = options.get(CACHE) == CacheChoice.RAM;
        List<LabeledImage> images = cached ? Stream.concat(scanned.train().stream(), scanned.val().stream()).toList()
                : scanned.train();
        long decoded = CacheEstimate.of(images, options.get(IMGSZ), CacheMode.RAM, ScanOptions.defaultCacheFolder())
                .bytesNeeded();
        return cached ? decoded : Math.min(RECENT, decoded);
    }
}

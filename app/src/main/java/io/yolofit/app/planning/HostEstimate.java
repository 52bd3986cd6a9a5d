package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.report.HostPlan;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.program.InputShape;
import java.util.List;
import java.util.stream.Stream;

/// Host memory of a run: the peak of its resident memory. An estimate: unlike the arena, it is allocated in pieces.
///
/// The constants were fitted to 27 runs on the CPU, Linux x86-64, with the options of the launcher: the demonstration,
/// BCCD and raccoon, a tiny model, yolov8n of four widths, s, m and l, yolo11n and s at 96 to 640 px, batches of 2 to
/// 16, with and without workers, plots and cache=ram, 1 to 12 epochs, two of them resumed. All of them are within 9.1 %
/// of the estimate, the median is 4.1 %.
public final class HostEstimate {
    /// Heap, code and libraries of the virtual machine without the state of the model.
    private static final long JAVA = 310L << 20;
    /// Data of the virtual machine and of libtorch in native memory.
    private static final long NATIVE = 100L << 20;
    /// State whose copies fit into the heap that the start of a run leaves (196 MiB after the classes are loaded).
    private static final long SMALL_STATE = 60L << 20;
    /// Heap for larger states, in proportion to what is above: copies for checkpoints and the initial weights are 1.56
    /// states, and G1 then keeps 40 % of the heap free (MinHeapFreeRatio), which fills with garbage within some epochs.
    private static final double STATE_GARBAGE = 1.8;
    /// Heap, code, fonts and libraries of plots. The pictures of batches take as much as the loaded batches.
    private static final long PLOTTING = 40L << 20;
    /// Native memory of tensors in proportion to their live bytes: the C library keeps what was freed, in fragments,
    /// and libtorch's kernels have temporaries of their own.
    private static final double TENSORS = 2.32;
    /// Java, code and libraries of a run on a GPU; CUDA's libraries are not calibrated.
    private static final long WITH_GPU = 480L << 20;
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
        long state = plan.persistentBytes();
        if (!onCpu) {
            return new HostPlan(WITH_GPU, loaded, images(options, data), state, 0);
        }
        long java = JAVA + Math.round(STATE_GARBAGE * Math.max(0, state - SMALL_STATE))
                + (options.get(PLOTS) ? PLOTTING + loaded : 0);
        long tensors = NATIVE + state + Math.round(TENSORS * (plan.arenaBytes() - state));
        return new HostPlan(java, loaded, images(options, data), state, tensors);
    }

    private static long bytes(InputShape shape) {
        return (long) CHANNELS * shape.images() * shape.height() * shape.width();
    }

    /// Pages of a cache on disk are resident too, as long as the system has memory for them.
    private static long images(Options options, DataFacts data) {
        if (data.scanned().isEmpty()) {
            return BatchLoader.RECENT_BYTES;
        }
        DataFacts.Scanned scanned = data.scanned().get();
        boolean cached = options.get(CACHE) != CacheChoice.NONE;
        List<LabeledImage> images = cached ? Stream.concat(scanned.train().stream(), scanned.val().stream()).toList()
                : scanned.train();
        long decoded = CacheEstimate.of(images, options.get(IMGSZ), CacheMode.RAM, CacheFolder.path())
                .bytesNeeded();
        return cached ? decoded : Math.min(BatchLoader.RECENT_BYTES, decoded);
    }
}

package io.yolofit.api.device;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.base.Messages;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.engine.cuda.GpuInfo;
import io.yolofit.engine.cuda.nccl.GpuRank;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Opens the engine of the device that `device=` selects.
public final class Engines {
    private Engines() {}

    /// Selects a device, prints the choice and its reason unless it was explicit, and opens the engine. The engine is
    /// confined to the calling thread.
    ///
    /// @throws DeviceSelection.NotThere if the requested GPU cannot be used
    public static Engine open(Options options, Messages log) {
        DeviceSelection selection = select(options, log);
        return selection.gpu().isPresent() ? open(selection.gpu().get(), options.get(TF32))
                : new CpuEngine(options.get(THREADS));
    }

    /// The engine of a GPU.
    ///
    /// @param tf32 whether convolutions in f32 may use TF32
    public static CudaEngine open(GpuInfo gpu, boolean tf32) {
        return CudaEngine.open(gpu.index(), cacheFolder(), CudaOptions.DEFAULT.withTf32(tf32));
    }

    /// The engine of a GPU of a rank.
    static CudaEngine open(GpuInfo gpu, CudaOptions options, GpuRank rank) {
        return CudaEngine.open(gpu.index(), cacheFolder(), options, rank);
    }

    /// The device that the options select, without opening it. Searches for GPUs unless the CPU is requested.
    public static DeviceSelection select(Options options, Messages log) {
        DeviceChoice choice = options.get(DEVICE);
        Devices devices = choice.equals(DeviceChoice.CPU) ? new Devices(List.of(), "", List.of()) : Devices.find();
        DeviceSelection selection = DeviceSelection.of(choice, options.origin(DEVICE) == Origin.FILE, devices);
        Optional.of(selection.why()).filter(why -> !why.isEmpty()).ifPresent(log::line);
        return selection;
    }

    /// Folder of compiled kernels and of the tuning cache of convolutions.
    private static Path cacheFolder() {
        return ScanOptions.defaultCacheFolder().resolve("cuda");
    }
}

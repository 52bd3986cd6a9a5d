package io.yolofit.app.device;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.app.console.Console;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.engine.cuda.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Opens the engine that `device=` names.
public final class Engines {
    private Engines() {}

    /// Says which device is taken and why, where there was a choice, and opens it. It belongs to the calling thread.
    ///
    /// @throws DeviceSelection.NotThere if a GPU was asked for that cannot be used
    public static Engine open(Options options, Console told) {
        DeviceSelection selection = select(options, told);
        return selection.gpu().isPresent() ? open(selection.gpu().get()) : new CpuEngine(options.get(THREADS));
    }

    /// The engine of a GPU.
    public static CudaEngine open(GpuInfo gpu) {
        return CudaEngine.open(gpu.index(), cacheFolder());
    }

    /// The device of these options, without opening it. Looks for GPUs unless the CPU was asked for.
    public static DeviceSelection select(Options options, Console told) {
        DeviceChoice choice = options.get(DEVICE);
        Devices devices = choice.equals(DeviceChoice.CPU) ? new Devices(List.of(), "", List.of()) : Devices.find();
        DeviceSelection selection = DeviceSelection.of(choice, options.origin(DEVICE) == Origin.FILE, devices);
        Optional.of(selection.why()).filter(why -> !why.isEmpty()).ifPresent(told::line);
        return selection;
    }

    /// Where compiled kernels and the choices of convolutions are kept.
    private static Path cacheFolder() {
        return ScanOptions.defaultCacheFolder().resolve("cuda");
    }
}

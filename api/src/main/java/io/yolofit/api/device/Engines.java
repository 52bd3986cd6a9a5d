package io.yolofit.api.device;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.base.Messages;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.engine.Devices;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.EngineSettings;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.GpuInfo;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import java.nio.file.Path;
import java.util.Optional;

/// Opens the engine of the device that `device=` selects.
public final class Engines {
    private Engines() {}

    /// Selects a device, prints the choice and its reason unless it was explicit, and opens the engine. The engine is
    /// confined to the calling thread.
    ///
    /// @throws DeviceSelection.NotThere if the requested GPU cannot be used
    /// @throws io.yolofit.engine.EngineException.NotOnClassPath without the artifact of the engine
    public static Engine open(Options options, Messages log) {
        DeviceSelection selection = select(options, log);
        return selection.gpu().isPresent() ? open(selection.gpu().get(), options.get(TF32))
                : cpu(Communicator.alone(), options.get(THREADS));
    }

    /// The engine of a GPU.
    ///
    /// @param tf32 whether convolutions in f32 may use TF32
    public static GpuEngine open(GpuInfo gpu, boolean tf32) {
        return gpu(Communicator.alone(), new byte[0], gpu, tf32);
    }

    /// The engine of a GPU of a rank.
    ///
    /// @param groupId of the group's GPUs; empty for a single rank
    static GpuEngine gpu(Communicator rank, byte[] groupId, GpuInfo gpu, boolean tf32) {
        return EngineProviders.gpu().open(EngineSettings.gpu(rank, groupId, gpu.index(), cacheFolder(), tf32));
    }

    /// The engine of a rank on the CPU.
    ///
    /// @param threads of the rank; 0 means all processors
    static Engine cpu(Communicator rank, int threads) {
        return EngineProviders.cpu().open(EngineSettings.cpu(rank, threads));
    }

    /// Requires that the device of the options is there, without opening it. Searches for GPUs if one is requested.
    ///
    /// @throws DeviceSelection.NotThere if the requested GPU cannot be used
    public static void require(Options options) {
        DeviceChoice choice = options.get(DEVICE);
        if (!choice.equals(DeviceChoice.CPU) && !choice.equals(DeviceChoice.AUTO)) {
            select(options, Messages.of(_ -> { }, _ -> { }));
        }
    }

    /// The device that the options select, without opening it. Searches for GPUs unless the CPU is requested.
    public static DeviceSelection select(Options options, Messages log) {
        DeviceChoice choice = options.get(DEVICE);
        Devices devices = choice.equals(DeviceChoice.CPU) ? Devices.none("") : EngineProviders.devices();
        DeviceSelection selection = DeviceSelection.of(choice, options.origin(DEVICE) == Origin.FILE, devices);
        Optional.of(selection.why()).filter(why -> !why.isEmpty()).ifPresent(log::line);
        return selection;
    }

    /// Folder of compiled kernels and of the tuning cache of convolutions.
    private static Path cacheFolder() {
        return CacheFolder.path().resolve("cuda");
    }
}

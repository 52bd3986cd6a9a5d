package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.TF32;

import io.yolofit.api.device.DeviceSelection;
import io.yolofit.api.device.Engines;
import io.yolofit.api.run.Targets;
import io.yolofit.base.Messages;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import java.util.Optional;

/// The device of a plan.
///
/// @param target the device; of several, the first one
/// @param onCpu  whether it is the CPU
/// @param absent whether it is a GPU that this machine does not have
public record PlanTarget(Target target, boolean onCpu, boolean absent) {
    /// Whether the options select the CPU.
    public static boolean isOnCpu(Options options) {
        return options.get(DEVICE).equals(DeviceChoice.CPU) || options.get(DEVICE) instanceof DeviceChoice.Cpus;
    }

    /// The device that `device=` selects. The memory of a present GPU is measured before the kernels of the run are
    /// loaded; a plan for an absent GPU is valid too.
    public static PlanTarget of(Options options, Messages log) {
        var slot = new Slot(0, options.get(DEVICE).count());
        if (isOnCpu(options)) {
            return new PlanTarget(Targets.cpu().at(slot), true, false);
        }
        Optional<GpuInfo> gpu = gpu(options, log);
        if (gpu.isEmpty()) {
            return new PlanTarget(Targets.absentGpu().at(slot), false, true);
        }
        try (GpuEngine engine = Engines.open(gpu.get(), options.get(TF32))) {
            return new PlanTarget(Targets.of(engine).at(slot), false, false);
        }
    }

    private static Optional<GpuInfo> gpu(Options options, Messages log) {
        DeviceChoice choice = options.get(DEVICE) instanceof DeviceChoice.Gpus(var numbers)
                ? DeviceChoice.gpu(numbers.getFirst()) : options.get(DEVICE);
        try {
            DeviceSelection selection = DeviceSelection.of(choice, false, EngineProviders.devices());
            if (selection.gpu().isPresent() && !selection.why().isEmpty()) {
                log.line(selection.why());
            }
            return selection.gpu();
        } catch (DeviceSelection.NotThere _) {
            return Optional.empty();
        }
    }

    /// Its name in the title of a plan.
    String title() {
        String name = onCpu ? "the CPU" : target.memory().total().isPresent() ? target.name() : "a GPU";
        int ranks = target.slot().ranks();
        return ranks == 1 ? name : name + ", first of " + ranks + " ranks";
    }
}

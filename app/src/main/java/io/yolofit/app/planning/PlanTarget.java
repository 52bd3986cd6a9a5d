package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.RANKS;
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
import io.yolofit.train.options.value.MemoryLimit;
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
    /// loaded. A plan for an absent GPU is valid too, except if it depends on its memory: then `device=auto` is the
    /// CPU, as in training.
    public static PlanTarget of(Options options, Messages log) {
        var slot = new Slot(0, options.get(DEVICE).count());
        if (isOnCpu(options)) {
            return new PlanTarget(Targets.cpu().at(slot), true, false);
        }
        Optional<GpuInfo> gpu = gpu(options, log);
        if (gpu.isEmpty() && needsMemory(options)) {
            log.line("this machine has no usable GPU, so the batch size is chosen for the memory of the CPU; memory="
                    + "8GB plans for a GPU of that size");
            return new PlanTarget(Targets.cpu().at(slot), true, false);
        }
        if (gpu.isEmpty()) {
            return new PlanTarget(Targets.absentGpu().at(slot), false, true);
        }
        try (GpuEngine engine = Engines.open(gpu.get(), options.get(TF32))) {
            return new PlanTarget(Targets.of(engine).at(slot), false, false);
        }
    }

    /// Whether the batch size depends on the memory of a device that the options leave open.
    private static boolean needsMemory(Options options) {
        return !options.isChosen(DEVICE) && options.find(AUTO_BATCH).isPresent() && options.get(RANKS).isEmpty()
                && !(options.get(MEMORY) instanceof MemoryLimit.Amount);
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

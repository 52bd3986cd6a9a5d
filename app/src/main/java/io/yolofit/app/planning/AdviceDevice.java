package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.EDGE;
import static io.yolofit.train.options.OptionTable.GPU;
import static io.yolofit.train.options.OptionTable.MEMORY;

import io.yolofit.api.run.Targets;
import io.yolofit.app.console.Units;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.advice.Hardware;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.plan.DeviceMemory;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The device that `advise` is asked about.
///
/// @param name   for the user
/// @param target one of its GPUs, or its CPU
/// @param timed  whether the predicted times are of this device
public record AdviceDevice(String name, Hardware hardware, Target target, boolean timed) {
    /// Stands for embedded devices if none is named.
    private static final String EDGE_DEVICE = "orinnano";
    private static final Pattern SEVERAL = Pattern.compile("(\\d{1,2})x(.+)");
    private static final double WITHOUT_DESKTOP = .95;

    /// The device of `gpu=`, `edge` or `memory=`, or else the GPUs of this machine.
    ///
    /// @throws IllegalArgumentException for options that exclude each other, for several names, and for an unknown GPU
    public static AdviceDevice of(Options options) {
        Optional<String> named = options.find(GPU);
        if (options.get(EDGE)) {
            if (named.isPresent()) {
                throw new IllegalArgumentException("gpu= and edge exclude each other; a Jetson is named as gpu="
                        + EDGE_DEVICE);
            }
            return of(1, GpuCatalog.find(EDGE_DEVICE));
        }
        if (named.isPresent()) {
            requireOne(named.get());
            Matcher several = SEVERAL.matcher(named.get().strip());
            return several.matches() ? of(Integer.parseInt(several.group(1)), GpuCatalog.find(several.group(2)))
                    : of(1, GpuCatalog.find(named.get()));
        }
        if (options.get(MEMORY) instanceof MemoryLimit.Amount(long bytes, String typed)) {
            return new AdviceDevice("a GPU with memory=" + typed, Hardware.ofGpus(1, bytes), Targets.absentGpu(),
                    false);
        }
        return ofMachine(EngineProviders.devices().usable());
    }

    private static void requireOne(String text) {
        List<String> names = Arrays.stream(text.split("[,;\\s]+")).filter(name -> !name.isEmpty()).toList();
        if (!text.contains(",") && !text.contains(";")) {
            return;
        }
        List<String> known = names.stream().flatMap(name -> GpuCatalog.near(name).stream()).distinct().toList();
        throw new IllegalArgumentException("gpu=" + text + ": expected one name" + (known.isEmpty() ? "" : ", such as "
                + known.stream().map(name -> "gpu=" + name).collect(Collectors.joining(" or ")))
                + "; several of one kind are gpu=2x" + (known.isEmpty() ? "rtx3090" : known.getFirst())
                + ", and plan gpus= compares kinds");
    }

    private static AdviceDevice of(int count, GpuModel gpu) {
        if (count < 1) {
            throw new IllegalArgumentException("gpu=" + count + "x" + gpu.name() + ": give at least one GPU");
        }
        return new AdviceDevice((count > 1 ? count + " x " : "") + gpu.title() + ", " + Units.bytes(gpu.usable())
                + " usable", gpu.sharesMemory() ? Hardware.EDGE : Hardware.ofGpus(count, gpu.memory()), Targets.of(gpu),
                true);
    }

    private static AdviceDevice ofMachine(List<GpuInfo> gpus) {
        if (gpus.isEmpty()) {
            return new AdviceDevice("this machine, which has no usable GPU", Hardware.CPU, Targets.cpu(), false);
        }
        GpuInfo gpu = gpus.getFirst();
        Optional<GpuModel> known = GpuCatalog.ofDevice(gpu.name());
        long usable = Math.round(WITHOUT_DESKTOP * gpu.total());
        Target target = known.map(Targets::of).orElseGet(Targets::absentGpu);
        DeviceMemory memory = target.memory();
        return new AdviceDevice((gpus.size() > 1 ? gpus.size() + " x " : "") + gpu.name() + " of this machine",
                known.filter(GpuModel::sharesMemory).isPresent() ? Hardware.EDGE
                        : Hardware.ofGpus(gpus.size(), gpu.total()),
                target.with(new DeviceMemory(OptionalLong.of(gpu.total()), OptionalLong.of(usable), memory.context(),
                        memory.perKernel(), false)), known.isPresent());
    }
}

package io.yolofit.app.device;

import io.yolofit.app.console.Units;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.engine.cuda.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The device that `device=` comes to on a machine, and why.
///
/// @param gpu empty for the CPU
/// @param why for the user; empty where there was nothing to choose
public record DeviceSelection(Optional<GpuInfo> gpu, String why) {
    /// A choice that this machine cannot serve; the message says what it can.
    public static final class NotThere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotThere(String message) {
            super(message);
        }
    }

    /// @param fromFile whether the choice was made on perhaps another machine: a GPU that is not here is then `auto`
    /// @throws NotThere if a GPU was asked for that cannot be used, or several
    public static DeviceSelection of(DeviceChoice choice, boolean fromFile, Devices devices) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> new DeviceSelection(Optional.empty(), "");
            case DeviceChoice.Auto() -> auto("device=auto", devices);
            case DeviceChoice.Gpus(var numbers) -> {
                if (numbers.size() > 1) {
                    throw new NotThere("device=" + choice + ": training on several GPUs at once is not there yet; give "
                            + "one, as device=" + numbers.getFirst());
                }
                Optional<GpuInfo> gpu = devices.usable().stream().filter(one -> one.index() == numbers.getFirst())
                        .findFirst();
                if (gpu.isEmpty() && fromFile) {
                    yield auto("device=" + choice + " comes from a file, and there is no such GPU here", devices);
                }
                yield new DeviceSelection(Optional.of(gpu.orElseThrow(() -> new NotThere(notThere(choice, devices)))),
                        "");
            }
        };
    }

    private static DeviceSelection auto(String reason, Devices devices) {
        Optional<GpuInfo> most = devices.usable().stream().max(Comparator.comparingLong(GpuInfo::free)
                .thenComparing(Comparator.comparingInt(GpuInfo::index).reversed()));
        return most.map(gpu -> new DeviceSelection(most, reason + ": " + text(gpu) + (devices.usable().size() > 1
                ? ", the most of " + devices.usable().size() + " GPUs" : ""))).orElseGet(() ->
                new DeviceSelection(Optional.empty(), reason + ": the CPU, as no GPU can be used ("
                        + shortReason(devices) + ")"));
    }

    /// What is missing, without where it was looked for.
    private static String shortReason(Devices devices) {
        List<String> missing = devices.libraries().stream().filter(one -> !one.found() && !one.subject().equals("NVML"))
                .map(Devices.Finding::subject).toList();
        return missing.isEmpty() ? devices.whyNot() : String.join(", ", missing)
                + " not found or too old; `yolofit doctor` says more";
    }

    private static String notThere(DeviceChoice choice, Devices devices) {
        return "device=" + choice + ": " + (devices.usable().isEmpty()
                ? "no GPU can be used here: " + devices.whyNot() + "; or use device=cpu"
                : "there is no such GPU; usable are " + devices.usable().stream().map(gpu -> "device=" + gpu.index()
                        + " (" + text(gpu) + ")").collect(Collectors.joining(", ")));
    }

    /// `NVIDIA H200 (GPU 0, 139.0 GiB free of 141.0 GiB)`.
    static String text(GpuInfo gpu) {
        return gpu.name() + " (GPU " + gpu.index() + ", " + Units.bytes(gpu.free()) + " free of "
                + Units.bytes(gpu.total()) + ")";
    }
}

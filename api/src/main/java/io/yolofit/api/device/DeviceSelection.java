package io.yolofit.api.device;

import io.yolofit.base.ByteCount;
import io.yolofit.base.Failure;
import io.yolofit.base.Troubleshooting;
import io.yolofit.base.YoloFitException;
import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The device that `device=` selects on a machine, and the reason.
///
/// @param gpu empty for the CPU
/// @param why for the user; empty if the device was given explicitly
public record DeviceSelection(Optional<GpuInfo> gpu, String why) {
    private static final String SHARES = "only the command `train` shares its work between ranks";

    /// A device that this machine does not have; the message lists the usable ones.
    public static final class NotThere extends YoloFitException {
        private static final long serialVersionUID = 1L;

        private final Troubleshooting section;

        NotThere(Failure failure) {
            this(failure, Troubleshooting.GPU);
        }

        NotThere(Failure failure, Troubleshooting section) {
            super(failure);
            this.section = section;
        }

        /// The section of the documents about this failure.
        public Troubleshooting section() {
            return section;
        }
    }

    /// @param fromFile whether the option is from a file, perhaps of another machine: an absent GPU then means `auto`
    /// @throws NotThere if the requested GPU cannot be used, or if several are requested
    public static DeviceSelection of(DeviceChoice choice, boolean fromFile, Devices devices) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> new DeviceSelection(Optional.empty(), "");
            case DeviceChoice.Cpus cpus -> throw new NotThere(Failure.at("device=" + cpus, SHARES, "give device=cpu"),
                    Troubleshooting.DEVICES);
            case DeviceChoice.Auto() -> auto("device=auto", devices);
            case DeviceChoice.Gpus(var numbers) -> {
                if (numbers.size() > 1) {
                    throw new NotThere(Failure.at("device=" + choice, SHARES, "give one GPU, such as device="
                            + numbers.getFirst()), Troubleshooting.DEVICES);
                }
                Optional<GpuInfo> gpu = devices.usable().stream().filter(one -> one.index() == numbers.getFirst())
                        .findFirst();
                if (gpu.isEmpty() && fromFile) {
                    yield auto("device=" + choice + " is from a file, and this machine has no such GPU", devices);
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
                ? ", most free memory of " + devices.usable().size() + " GPUs" : ""))).orElseGet(() ->
                new DeviceSelection(Optional.empty(), reason + ": CPU, because no GPU is usable ("
                        + shortReason(devices) + ")"));
    }

    /// The missing libraries, without the search path.
    private static String shortReason(Devices devices) {
        List<String> missing = devices.libraries().stream().filter(one -> !one.found() && !one.subject().equals("NVML"))
                .map(Devices.Finding::subject).toList();
        return missing.isEmpty() ? devices.whyNot() : String.join(", ", missing)
                + " not found or too old; see `yolofit doctor`";
    }

    private static Failure notThere(DeviceChoice choice, Devices devices) {
        String where = "device=" + choice;
        if (devices.usable().isEmpty()) {
            String what = "no GPU is usable on this machine: " + devices.whyNot();
            return new Failure(where + ": " + what + "; use device=cpu", what, where, "use device=cpu");
        }
        return Failure.at(where, "no such GPU", "use one of " + devices.usable().stream().map(gpu -> "device="
                        + gpu.index() + " (" + text(gpu) + ")").collect(Collectors.joining(", ")));
    }

    /// `NVIDIA H200 (GPU 0, 139.0 GiB free of 141.0 GiB)`.
    static String text(GpuInfo gpu) {
        return gpu.name() + " (GPU " + gpu.index() + ", " + ByteCount.text(gpu.free()) + " free of "
                + ByteCount.text(gpu.total()) + ")";
    }
}

package io.yolofit.app.doctor;

import io.yolofit.api.device.DeviceSelection;
import io.yolofit.app.console.Units;
import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import java.util.ArrayList;
import java.util.List;

/// Checks of the GPUs of a machine and of the libraries that they need. A machine without a GPU trains on the CPU.
public final class GpuChecks {
    private static final String DRIVER = "driver";

    private GpuChecks() {}

    /// Driver and libraries, each GPU, and the device that `device=auto` selects.
    public static List<Check> of(Devices devices) {
        boolean driver = devices.libraries().stream().anyMatch(one -> one.subject().equals(DRIVER) && one.found());
        List<Check> checks = new ArrayList<>();
        devices.libraries().forEach(finding -> checks.add(library(finding, driver)));
        devices.usable().forEach(gpu -> checks.add(Check.ok("GPU " + gpu.index(), text(gpu))));
        checks.add(Check.ok("device=auto", DeviceSelection.of(DeviceChoice.AUTO, false, devices).why()
                .replaceFirst("^device=auto: ", "")));
        return checks;
    }

    /// The one GPU that `device=` names, which has to be usable; nothing for any other choice.
    public static List<Check> named(DeviceChoice choice, Devices devices) {
        if (!(choice instanceof DeviceChoice.Gpus) || choice.count() > 1) {
            return List.of();
        }
        String subject = "device=" + choice;
        try {
            return List.of(Check.ok(subject, text(DeviceSelection.of(choice, false, devices).gpu().orElseThrow())));
        } catch (DeviceSelection.NotThere absent) {
            return List.of(Check.fail(subject, absent.getMessage().replaceFirst("^device=\\d+: ", ""),
                    "give device=auto, or another device"));
        }
    }

    /// A missing library is a problem only if there is a driver, and so perhaps a GPU.
    private static Check library(Devices.Finding finding, boolean driver) {
        String subject = finding.subject().equals(DRIVER) ? "GPU driver" : finding.subject();
        return finding.found() ? Check.ok(subject, finding.text())
                : !driver ? Check.absent(subject, finding.text())
                : Check.warn(subject, finding.text(), finding.subject().equals("NVML")
                        ? "without it, reports cannot list other processes that use GPU memory"
                        : "without it, GPUs are not used: install it, or add its folder to LD_LIBRARY_PATH");
    }

    private static String text(GpuInfo gpu) {
        return gpu.name() + ", compute capability " + gpu.capability() / 10 + "." + gpu.capability() % 10 + ", "
                + Units.bytes(gpu.total()) + ", " + Units.bytes(gpu.free()) + " free";
    }
}

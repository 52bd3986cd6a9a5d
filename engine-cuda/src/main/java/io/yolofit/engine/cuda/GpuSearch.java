package io.yolofit.engine.cuda;

import io.yolofit.engine.Devices.Finding;
import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.engine.cuda.dnn.Cudnn;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Driver;
import io.yolofit.engine.cuda.driver.Nvml;
import io.yolofit.engine.cuda.driver.Nvrtc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Searches for the GPUs of this machine and for the libraries that the engine needs.
public final class GpuSearch {
    private static final int LEAST_CAPABILITY = 70;
    private static final int LEAST_DRIVER = 12000;

    private GpuSearch() {
    }

    /// Searches for GPUs and libraries; never throws. Opens a temporary context on each device, because the driver
    /// reports free memory only within a context.
    public static Devices find() {
        List<Finding> findings = new ArrayList<>();
        Optional<Driver> driver = look("driver", findings, Driver::load, GpuSearch::driverText);
        if (driver.isPresent() && driver.get().version() < LEAST_DRIVER) {
            findings.set(0, new Finding("driver", false, driverText(driver.get()) + ", but 12.0 is needed: update the"
                    + " driver"));
            driver = Optional.empty();
        }
        look("cuDNN", findings, Cudnn.Library::load, library -> library.versionText() + " (" + library.file() + ")");
        look("NVRTC", findings, Nvrtc::load, compiler -> compiler.version() + " (" + compiler.library() + ")");
        look("NVML", findings, Nvml::load, monitor -> "driver " + monitor.driverVersion());
        List<String> missing = driver.isEmpty() ? List.of(findings.getFirst().text()) // nothing works without a driver
                : findings.stream().filter(finding -> !finding.found() && !finding.subject().equals("NVML"))
                .map(Finding::text).toList();
        List<GpuInfo> gpus = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        if (driver.isPresent() && missing.isEmpty()) {
            list(driver.get(), gpus, refused);
        }
        String reason = !missing.isEmpty() ? String.join("; ", missing) : !refused.isEmpty()
                ? String.join("; ", refused) : "the driver shows no GPU";
        return new Devices(gpus, gpus.isEmpty() ? reason : "", findings);
    }

    private static String driverText(Driver driver) {
        return "supports CUDA " + driver.version() / 1000 + "." + driver.version() % 1000 / 10;
    }

    private static <T> Optional<T> look(String subject, List<Finding> findings, Supplier<T> loader,
            Function<T, String> text) {
        try {
            T found = loader.get();
            findings.add(new Finding(subject, true, text.apply(found)));
            return Optional.of(found);
        } catch (CudaException e) {
            findings.add(new Finding(subject, false, e.getMessage()));
            return Optional.empty();
        }
    }

    private static void list(Driver driver, List<GpuInfo> gpus, List<String> refused) {
        for (int index = 0; index < Device.count(driver); index++) {
            try (Device device = Device.open(driver, index)) {
                Device.Memory memory = device.memory();
                if (device.capability() < LEAST_CAPABILITY) {
                    refused.add(device.name() + " has compute capability " + device.capability() / 10 + "."
                            + device.capability() % 10 + ", but 7.0 is needed");
                } else {
                    gpus.add(new GpuInfo(index, device.name(), memory.free(), memory.total(), device.capability()));
                }
            } catch (CudaException e) {
                refused.add("GPU " + index + ": " + e.getMessage());
            }
        }
    }
}

package io.yolofit.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.doctor.Check.Status;
import io.yolofit.engine.Devices.Finding;
import io.yolofit.engine.Devices;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuChecksTest {
    private static final Finding DRIVER = new Finding("driver", true, "serves CUDA 13.0");
    private static final Finding CUDNN = new Finding("cuDNN", true, "9.14.0 (libcudnn.so.9)");

    @Test
    void aMachineWithoutADriverPassesTheChecks() {
        List<Check> checks = GpuChecks.of(new Devices(List.of(), "NVIDIA's driver was not found", List.of(
                new Finding("driver", false, "NVIDIA's driver was not found: libcuda.so.1. Looked in LD_LIBRARY_PATH"),
                new Finding("cuDNN", false, "cuDNN was not found"))));
        assertThat(checks).extracting(Check::status).containsExactly(Status.ABSENT, Status.ABSENT, Status.OK);
        assertThat(DoctorReport.text(checks)).startsWith("n/a   GPU driver    NVIDIA's driver was not found")
                .endsWith("Ready.");
        assertThat(DoctorReport.json(checks)).contains("\"ready\" : true", "\"status\" : \"absent\"");
        assertThat(checks).extracting(Check::subject).containsExactly("GPU driver", "cuDNN", "device=auto");
        assertThat(checks.getFirst().finding()).contains("Looked in LD_LIBRARY_PATH");
        assertThat(checks.getLast().finding()).startsWith("CPU, because no GPU is usable (driver, cuDNN not found");
    }

    @Test
    void everyGpuIsShownAndTheChoiceOfAuto() {
        List<Check> checks = GpuChecks.of(new Devices(List.of(new GpuInfo(0, "NVIDIA X", 1L << 30, 4L << 30, 75)), "",
                List.of(DRIVER, CUDNN)));
        assertThat(checks).extracting(Check::status).containsOnly(Status.OK);
        assertThat(checks.get(2)).isEqualTo(Check.ok("GPU 0",
                "NVIDIA X, compute capability 7.5, 4.00 GiB, 1.00 GiB free"));
        assertThat(checks.getLast().finding()).isEqualTo("NVIDIA X (GPU 0, 1.00 GiB free of 4.00 GiB)");
    }

    @Test
    void aGpuThatIsNamedHasToBeThere() {
        Devices one = new Devices(List.of(new GpuInfo(0, "NVIDIA X", 1L << 30, 4L << 30, 75)), "",
                List.of(DRIVER, CUDNN));
        assertThat(GpuChecks.named(DeviceChoice.AUTO, one)).isEmpty();
        assertThat(GpuChecks.named(new DeviceChoice.Gpus(List.of(0, 1)), one)).isEmpty();
        assertThat(GpuChecks.named(DeviceChoice.gpu(0), one)).extracting(Check::status).containsExactly(Status.OK);
        Check absent = GpuChecks.named(DeviceChoice.gpu(7), one).getFirst();
        assertThat(absent.status()).isEqualTo(Status.FAIL);
        assertThat(absent.subject()).isEqualTo("device=7");
        assertThat(absent.finding()).startsWith("no such GPU; use one of device=0 (NVIDIA X");
    }

    @Test
    void aMissingLibraryNextToADriverIsAWarningWithAdvice() {
        Check check = GpuChecks.of(new Devices(List.of(), "cuDNN was not found", List.of(DRIVER,
                new Finding("cuDNN", false, "cuDNN was not found: looked in /a")))).get(1);
        assertThat(check.status()).isEqualTo(Status.WARN);
        assertThat(check.finding()).contains("looked in /a");
        assertThat(check.advice()).contains("install it");
    }
}

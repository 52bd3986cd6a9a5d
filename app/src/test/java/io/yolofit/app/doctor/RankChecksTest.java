package io.yolofit.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.AllReduceReport;
import io.yolofit.engine.EngineProviders;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.time.Links;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RankChecksTest {
    @Test
    void anAllReduceBetweenCpuRanksIsCheckedAndTimed() {
        Check check = RankChecks.of(new DeviceChoice.Cpus(2)).getFirst();
        assertThat(check.status()).isEqualTo(Check.Status.OK);
        assertThat(check.finding()).matches("2 ranks on the CPU, 4 MiB in \\d+\\.\\d ms, correct");
    }

    @Test
    void oneDeviceHasNothingToCheck() {
        assertThat(RankChecks.of(DeviceChoice.AUTO)).isEmpty();
        assertThat(RankChecks.of(DeviceChoice.gpu(0))).isEmpty();
    }

    @Test
    void theMeasuredExchangeGivesAnExpectedScaling() {
        GpuModel h200 = GpuCatalog.ofDevice("NVIDIA H200").orElseThrow();
        Check fast = ExpectedScaling.of(h200, Links.H200, 4);
        assertThat(fast.status()).isEqualTo(Check.Status.OK);
        assertThat(fast.finding()).matches("yolov8s with 64 images on each of 4 GPUs is predicted to reach [89]\\d % "
                + "of 4 times one GPU, 9\\d % with sync_bn=false");
        Check slow = ExpectedScaling.of(h200, new Links("measured", 1e9, 1e-3, 0, "by this check"), 4);
        assertThat(slow.status()).isEqualTo(Check.Status.WARN);
        assertThat(slow.advice()).contains("sync_bn=false");
    }

    @Test
    void theLaunchOfAnExchangeByTheHostIsNoLatencyOfAStep() {
        List<String> links = List.of("GPU 0 - GPU 1: NVLink (18 links)");
        assertThat(ExpectedScaling.latency(new AllReduceReport("2.28.9", links, true, 64L << 20, .39f, 77, 0)))
                .isEqualTo(Links.H200.latency());
        assertThat(ExpectedScaling.latency(new AllReduceReport("2.28.9", links, false, 64L << 20, 9, 250, 0)))
                .isCloseTo(250e-6, Offset.offset(1e-9));
    }

    @Test
    void gpusThatCannotExchangeFailWithAdvice() {
        Assumptions.assumeTrue(EngineProviders.devices().usable().isEmpty(), "this machine has a CUDA device");
        Check check = RankChecks.of(new DeviceChoice.Gpus(List.of(0, 1))).getFirst();
        assertThat(check.status()).isEqualTo(Check.Status.FAIL);
        assertThat(check.advice()).contains("NCCL_DEBUG=INFO", "device=0 trains on one GPU");
    }
}

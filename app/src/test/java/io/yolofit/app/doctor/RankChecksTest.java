package io.yolofit.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.EngineProviders;
import io.yolofit.train.options.DeviceChoice;
import java.util.List;
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
    void gpusThatCannotExchangeFailWithAdvice() {
        Assumptions.assumeTrue(EngineProviders.devices().usable().isEmpty(), "this machine has a CUDA device");
        Check check = RankChecks.of(new DeviceChoice.Gpus(List.of(0, 1))).getFirst();
        assertThat(check.status()).isEqualTo(Check.Status.FAIL);
        assertThat(check.advice()).contains("NCCL_DEBUG=INFO", "device=0 trains on one GPU");
    }
}

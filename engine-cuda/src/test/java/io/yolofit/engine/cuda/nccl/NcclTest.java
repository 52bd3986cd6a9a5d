package io.yolofit.engine.cuda.nccl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.AllReduceReport;
import io.yolofit.engine.GpuInfo;
import io.yolofit.engine.cuda.GpuSearch;
import io.yolofit.engine.cuda.driver.CudaException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NcclTest {
    @Test
    void anAbsentLibraryIsAnErrorWithItsRemedy() {
        try {
            assertThat(Nccl.load().version()).matches("2\\.\\d+\\.\\d+");
        } catch (CudaException absent) {
            assertThat(absent.getMessage()).startsWith("NCCL ").contains("libnccl.so.2", "several GPUs need NCCL",
                    "LD_LIBRARY_PATH");
        }
    }

    @Test
    void aProbeWithoutGpusIsAnError() {
        Assumptions.assumeTrue(GpuSearch.find().usable().isEmpty(), "this machine has a CUDA device");
        assertThatThrownBy(() -> AllReduceProbe.of(List.of(0, 1))).isInstanceOf(CudaException.class);
    }

    @Test
    void gpusSumVectors() {
        List<Integer> gpus = GpuSearch.find().usable().stream().map(GpuInfo::index).toList();
        Assumptions.assumeTrue(gpus.size() > 1, "this machine has no two CUDA devices");
        AllReduceReport probe = AllReduceProbe.of(gpus);
        assertThat(probe.links()).hasSize(gpus.size() * (gpus.size() - 1) / 2);
        assertThat(probe.milliseconds()).isPositive();
    }
}

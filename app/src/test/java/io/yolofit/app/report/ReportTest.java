package io.yolofit.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.report.PlanReport.LargeTensor;
import io.yolofit.app.report.PlanReport.Moment;
import io.yolofit.app.report.PlanReport.ProgramMemory;
import io.yolofit.app.report.PlanReport.RoleMemory;
import io.yolofit.train.plan.ProcessMemory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final long MIB = 1L << 20;
    private static final PlanReport PLAN = new PlanReport("yolov8n, 640 px, batch 16, AdamW, fp32",
            List.of(new RoleMemory("parameters", 184, 12 * MIB, 12 * MIB),
                    new RoleMemory("activations", 1_320, 5000 * MIB, 1500 * MIB),
                    new RoleMemory("workspace", 3, 64 * MIB, 0)),
            List.of(new ProgramMemory("training step", 1980, 1490 * MIB), new ProgramMemory("update", 2, 1 << 10)),
            30 * MIB, 19 * MIB, 1520 * MIB, 1512 * MIB,
            new Moment("training step", 412, 1980, "gradient of model.2.cv1.conv"),
            List.of(new LargeTensor("model.0.conv", "f32[16,320,320,16]", "activations", 100 * MIB)),
            new PlanReport.Recomputation(2, 1, 0.016, 200 * MIB, 3000 * MIB, 1490 * MIB,
                    List.of(new PlanReport.RecomputedTensor("model.2.cv1.act", 50 * MIB, false))), null, null,
            null, null);
    private static final ModelSummary MODEL = new ModelSummary("yolov8n", "yolov8n, scale n", 640, 80, List.of(
            new ModelSummary.Layer(0, "-1", 1, 464, "Conv", "3, 16, 3, 2", "320x320x16"),
            new ModelSummary.Layer(11, "-1, 6", 1, 0, "Concat", "1", "40x40x384")), 3_157_200, 3_151_904, 8.74);

    @Test
    void aPlanIsATableByRoleWithTotalsPeakAndLargestTensors() {
        assertThat(String.join("\n", PlanText.lines(PLAN))).startsWith("""
                Memory of yolov8n, 640 px, batch 16, AdamW, fp32

                role         buffers     total  at the peak
                -------------------------------------------
                parameters       184  12.0 MiB     12.0 MiB
                activations    1,320  4.88 GiB     1.46 GiB
                workspace          3  64.0 MiB          0 B
                -------------------------------------------
                total          1,507  4.96 GiB     1.48 GiB
                """).contains("1,593,835,520 B  0.5 % above the lower bound", "training step    1,980",
                "The peak is in the training step, at kernel 412 of 1,980: gradient of model.2.cv1.conv", """
                tensor        type                role              size
                --------------------------------------------------------
                model.0.conv  f32[16,320,320,16]  activations  100.0 MiB""");
    }

    @Test
    void aPlanShowsHostMemoryByPart() {
        PlanReport report = PLAN.with(new HostPlan(480 * MIB, 94 * MIB, 1024 * MIB, 30 * MIB, 0));
        assertThat(String.join("\n", PlanText.lines(report))).contains("host memory, estimated")
                .containsPattern("batches, loaded ahead +94\\.0 MiB").containsPattern("total +1\\.59 GiB")
                .doesNotContain("tensors of the CPU");
    }

    private static LoadingReport loading(LoadingReport.Setting better, int cores, boolean held) {
        return new LoadingReport("data-bound", 3000, new LoadingReport.Setting("workers=2 cache=false", "",
                "data-bound", 210, 210), better, cores, List.of(new LoadingReport.Measured(1, 100, 140),
                        new LoadingReport.Measured(8, 800, 1100)),
                new LoadingReport.Machine(8, 96, 0.94, true, false, held));
    }

    @Test
    void aPlanSaysWhetherItsRunIsBoundByDataAndWhichSettingHelps() {
        var better = new LoadingReport.Setting("workers=8 cache=ram", "workers=8 cache=ram", "data-bound", 1100, 1100);
        assertThat(String.join("\n", PlanText.lines(PLAN.with(loading(better, 27, false))))).endsWith("""
                Data loading, measured on this machine (8 cores) with 96 training images in 0.9 s, by an earlier plan
                loading     decoding  from a cache
                ----------------------------------
                workers=1  100 img/s     140 img/s
                workers=8  800 img/s    1100 img/s
                The run is data-bound: workers=2 cache=false loads 210 img/s; the GPU trains about 3000 img/s without \
                loading; together about 210 img/s
                With workers=8 cache=ram: loads 1100 img/s, together about 1100 img/s, data-bound; about 27 cores like \
                these would keep up with the GPU""");
        assertThat(LoadingText.verdict(loading(null, 0, true)))
                .contains("loads 210 img/s after the first epoch, which decodes the images; the GPU");
        assertThat(LoadingText.advice(loading(null, 0, false))).isEmpty();
        assertThat(LoadingText.advice(loading(null, 27, false)))
                .contains("No setting of the loader helps on this machine; about 27 cores like these would keep up "
                        + "with the GPU");
    }

    @Test
    void aPlanShowsRecomputedValuesAndTheirCost() {
        assertThat(String.join("\n", PlanText.lines(PLAN))).contains("""
                Recomputed in the backward pass: 2 values, 1 of them convolution outputs
                This saves 1.47 GiB of the training step's 2.93 GiB and costs 1.6 % more arithmetic and 200.0 MiB \
                more memory traffic
                recomputed       kernel         size
                ------------------------------------
                model.2.cv1.act  pointwise  50.0 MiB""");
    }

    @Test
    void memoryOfTheProcessAndTimesFollowThePlan() {
        assertThat(PlanText.lines(PLAN)).noneMatch(line -> line.contains("measured"));
        var prediction = new PlanReport.Prediction("NVIDIA X", 480 * MIB, true, 64 * MIB, 2048, 0, 2064 * MIB,
                "no limit", new PlanReport.Times(.01, 0, .004, 1600, 62.5, 1.74, "rates of a test"), List.of(),
                List.of());
        assertThat(String.join("\n", PlanText.lines(PLAN.with(prediction)))).endsWith("""

                arena                                         1.48 GiB  1,593,835,520 B
                context and libraries, measured on NVIDIA X  480.0 MiB    503,316,480 B
                CUDA graphs of 2,048 kernels, estimated       64.0 MiB     67,108,864 B
                -----------------------------------------------------------------------
                process                                       2.02 GiB  2,164,260,864 B

                Estimated without data loading (rates of a test): 10.0 ms a step, 1600 img/s, 62.5 s an epoch, \
                1.7 h in total""");
    }

    @Test
    void memoryOfTheCommunicationBetweenRanksHasItsOwnRows() {
        var prediction = new PlanReport.Prediction("NVIDIA X", 480 * MIB, true, 64 * MIB, 2048, 240 * MIB, 2304 * MIB,
                "no limit", new PlanReport.Times(.01, 0, .004, 1600, 62.5, 1.74, "rates of a test"), List.of(),
                List.of());
        assertThat(PlanText.lines(PLAN.with(prediction))).anyMatch(line -> line.matches(
                "communication with other ranks \\(NCCL\\), estimated +240.0 MiB +251,658,240 B"));
        var device = new RunMemory.Device("NVIDIA X", 1520 * MIB, 480 * MIB, 200 * MIB, 0, 2200 * MIB, 8192 * MIB);
        RunMemory memory = RunMemory.measured(PLAN, new ProcessMemory(1520 * MIB, 450 * MIB, 54 * MIB, 240 * MIB),
                Optional.of(device), Optional.empty());
        assertThat(String.join("\n", RunMemoryText.lines(memory))).containsPattern(
                "device +communication with other ranks \\(NCCL\\) +251,658,240 B +209,715,200 B +\\+20.0 %")
                .containsPattern("device +process +2,373,976,064 B +2,306,867,200 B +\\+2.9 %");
    }

    @Test
    void scalingHasALineForEachNumberOfGpus() {
        var scaling = new ScalingReport("H200", "NVLink", List.of(
                new ScalingReport.Point(1, 64, 64, 2440.0, 1.0, null, "-"),
                new ScalingReport.Point(128, 64, 1, null, null, null, "too few images"),
                new ScalingReport.Point(4, 256, 64, 8981.0, .92, .052, "statistics of sync_bn")));
        assertThat(String.join("\n", PlanText.lines(PLAN.with(scaling)))).contains("""
                Several H200, without data loading, predicted from links: NVLink
                gpus  batch  of each  img/s  efficiency  cost of sync_bn  limited by
                -------------------------------------------------------------------------------
                   1     64       64   2440     100.0 %                -  -
                 128     64        1      -           -                -  too few images
                   4    256       64   8981      92.0 %            5.2 %  statistics of sync_bn""");
    }

    @Test
    void plannedAndMeasuredMemoryAreShownSideBySide() throws IOException {
        var device = new RunMemory.Device("NVIDIA X", 1520 * MIB, 480 * MIB, 0, 100 * MIB, 2100 * MIB, 8192 * MIB);
        var host = new HostMemory(3000 * MIB, 2000 * MIB, 500 * MIB, 50 * MIB, 150 * MIB, 1200 * MIB, 100 * MIB,
                300 * MIB);
        RunMemory memory = RunMemory.measured(PLAN.with(new HostPlan(600 * MIB, 94 * MIB, 300 * MIB, 30 * MIB,
                1776 * MIB)), new ProcessMemory(1520 * MIB, 450 * MIB, 54 * MIB, 0), Optional.of(device),
                Optional.of(host));
        assertThat(String.join("\n", RunMemoryText.lines(memory))).contains("""
                Planned and measured on NVIDIA X
                        component                                                planned         measured    error
                --------------------------------------------------------------------------------------------------
                device  arena                                            1,593,835,520 B  1,593,835,520 B   +0.0 %
                device  context, libraries and modules                     471,859,200 B
                device  CUDA graphs                                         56,623,104 B
                device  context, libraries, modules and graphs             528,482,304 B    503,316,480 B   +5.0 %
                device  process                                          2,122,317,824 B  2,097,152,000 B   +1.2 %
                host    Java: heap, code and libraries, at the end         660,602,880 B    734,003,200 B  -10.0 %
                host    native: tensors, images and batches, at the end  2,275,409,920 B  1,363,148,800 B  +66.9 %
                host    resident, peak of the run                        2,936,012,800 B  3,145,728,000 B   -6.7 %
                """, "in use before the run", "2,202,009,600 B",
                """
                Resident memory of this process on the host: 2.93 GiB at its peak during the run, 1.95 GiB at the end, \
                by part:
                part                                            resident
                --------------------------------------------------------
                Java heap                                      500.0 MiB
                classes and compiled code                       50.0 MiB
                native libraries and mapped files              150.0 MiB
                native allocations: tensors, state, images      1.17 GiB
                freed native memory, collector, thread stacks  100.0 MiB
                --------------------------------------------------------
                total at the end of the run                     1.95 GiB
                of it decoded images                           300.0 MiB""");
        JsonNode json = new ObjectMapper().readTree(JsonText.of(memory));
        assertThat(json.at("/planned/arena").asLong()).isEqualTo(json.at("/device/arena").asLong());
        assertThat(json.at("/comparison/4/name").asText()).isEqualTo("process");
        assertThat(json.at("/comparison/4/error").asDouble()).isCloseTo(0.012, within(1e-9));
        assertThat(json.at("/comparison/1/measured").isNull()).isTrue();
        assertThat(json.at("/host/allocated").asLong()).isEqualTo(1200 * MIB);
        assertThat(RunMemoryText.summary(memory)).containsExactly(
                "memory of the device: 1.98 GiB planned, 1.95 GiB measured (+1.2 %)",
                "memory of the host: 2.73 GiB planned, 2.93 GiB measured (-6.7 %)");
        assertThat(RunMemoryText.lines(RunMemory.planned(PLAN))).isEqualTo(PlanText.lines(PLAN));
    }

    @Test
    void aPlanAsJsonHasTheExactBytes() throws IOException {
        JsonNode json = new ObjectMapper().readTree(JsonText.of(PLAN));
        assertThat(json.get("arena").asLong()).isEqualTo(1520 * MIB);
        assertThat(json.get("lowerBound").asLong()).isEqualTo(1512 * MIB);
        assertThat(json.get("roles").get(1).get("atPeak").asLong()).isEqualTo(1500 * MIB);
        assertThat(json.get("peak").get("name").asText()).isEqualTo("gradient of model.2.cv1.conv");
        assertThat(json.get("largest").get(0).get("type").asText()).isEqualTo("f32[16,320,320,16]");
    }

    @Test
    void anArenaBelowTheLowerBoundIsRefused() {
        assertThatThrownBy(() -> new PlanReport("x", List.of(), List.of(), 0, 0, 1, 2, new Moment("p", 1, 1, "a"),
                List.of(), null, null, null, null, null))
                .hasMessage("an arena of 1 bytes is below the lower bound of 2");
    }

    @Test
    void aModelIsATableOfItsLayersWithTotals() throws IOException {
        assertThat(String.join("\n", ModelSummaryText.lines(MODEL))).isEqualTo("""
                layer   from  n  parameters  block   arguments    output
                ------------------------------------------------------------
                    0     -1  1         464  Conv    3, 16, 3, 2  320x320x16
                   11  -1, 6  1           0  Concat  1            40x40x384

                yolov8n, scale n, 640 px, 80 classes: 2 layers, 3,157,200 parameters (3,151,904 fused), 8.7 GFLOPs""");
        assertThat(new ObjectMapper().readTree(JsonText.of(MODEL)).get("layers").get(0).get("block").asText())
                .isEqualTo("Conv");
    }
}

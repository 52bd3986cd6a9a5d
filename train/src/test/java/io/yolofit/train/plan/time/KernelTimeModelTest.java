package io.yolofit.train.plan.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares predicted training steps with measured ones.
class KernelTimeModelTest {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;
    private static final double TOLERANCE = .1;

    /// A measured step.
    ///
    /// @param precision type of the activations; `tf32`: f32 whose convolutions use TF32
    record Measured(String model, int batch, int size, String precision, double seconds) {
        boolean tf32() {
            return precision.equals("tf32");
        }

        DType type() {
            return tf32() ? DType.F32 : DType.valueOf(precision.toUpperCase(Locale.ROOT));
        }
    }

    static List<Measured> measured() throws IOException {
        try (InputStream file = KernelTimeModelTest.class.getResourceAsStream("h200.csv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(",")).map(row -> new Measured(row[0], Integer.parseInt(row[1]),
                            Integer.parseInt(row[2]), row[3], Double.parseDouble(row[4]) / 1e3)).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("measured")
    void stepsOfAnH200AreWithinTenPercent(Measured one) {
        double seconds = model(DeviceRates.H200).withTf32(one.tf32())
                .seconds(step(one.model, one.batch, one.size, one.type()));
        assertThat(seconds / one.seconds).as("predicted / measured").isBetween(1 - TOLERANCE, 1 + TOLERANCE);
    }

    @Test
    void slowerDevicesTakeLonger() {
        Program step = step("yolov8n", 16, 320, DType.F16);
        double h200 = model(DeviceRates.H200).seconds(step);
        DeviceRates slow = DeviceRates.ofDataSheet(25.5e12, 12.7e12, 12.7e12, 360e9, 28, "RTX 3060");
        assertThat(model(slow).seconds(step)).isGreaterThan(4 * h200);
        DeviceRates slower = new DeviceRates(slow.halfFlops(), slow.tf32Flops(), slow.singleFlops(), 180e9,
                slow.multiprocessors(), "half the bandwidth");
        assertThat(model(slower).seconds(step)).isGreaterThan(1.2 * model(slow).seconds(step));
    }

    @Test
    void tf32IsFasterThanExactF32AndSlowerThanHalfPrecision() {
        KernelTimeModel times = model(DeviceRates.H200);
        Program single = step("yolov8n", 16, 320, DType.F32);
        double tf32 = times.seconds(single);
        assertThat(tf32).isGreaterThan(1.2 * times.seconds(step("yolov8n", 16, 320, DType.F16)));
        assertThat(times.withTf32(false).seconds(single)).isGreaterThan(4 * tf32);
    }

    @Test
    void aStepTakesLongerThanItsLargestKernelAndThanItsMatrixProducts() {
        Program step = step("yolov8n", 2, 320, DType.F16);
        KernelTimeModel times = model(DeviceRates.H200);
        double largest = step.graph().nodes().stream().mapToDouble(node -> times.seconds(node, step.assignment())).max()
                .orElseThrow();
        assertThat(times.seconds(step)).isGreaterThan(largest);
    }

    /// Each of 57 batch norms exchanges twice, for 15 us; most of the gradients' 13 MB are transferred while the
    /// backward pass runs.
    @Test
    void exchangesBetweenRanksTakeTimeUnlessTheyOverlap() {
        KernelTimeModel times = model(DeviceRates.H200);
        double one = times.seconds(step("yolov8n", 2, 320, DType.F16));
        double own = times.seconds(step("yolov8n", 2, 320, DType.F16, new Ranks(2, false)));
        double synchronizedStatistics = times.seconds(step("yolov8n", 2, 320, DType.F16, new Ranks(2, true)));
        assertThat(own - one).isBetween(0.0, 200e-6);
        assertThat(synchronizedStatistics - own).isBetween(2 * 57 * 15e-6, 2 * 57 * 25e-6);
    }

    private static KernelTimeModel model(DeviceRates rates) {
        return KernelTimeModel.of(rates, CudaEngine.workspaceModel());
    }

    private static Program step(String name, int batch, int size, DType precision) {
        return step(name, batch, size, precision, Ranks.ONE);
    }

    private static Program step(String name, int batch, int size, DType precision, Ranks ranks) {
        Model model = Model.of(ArchitectureCatalog.find(name), CLASSES);
        StateLayout layout = StateLayout.of(model.forward(1, model.stride(), model.stride()), parameter -> false);
        long capacity = (long) batch * 4 * OBJECTS;
        var options = new CompileOptions(CompileOptions.Gains.DEFAULT, precision, Update.Rule.SGD, capacity, false,
                Recompute.Policy.DEFAULT, ranks);
        var shapes = List.of(new InputShape(batch, size, size));
        return RunPlan.of(new RunSpec(model, layout, options, new RunSpec.Batches(shapes, shapes, capacity)),
                Target.gpu(CudaEngine.workspaceModel())).steps().values().iterator().next();
    }
}

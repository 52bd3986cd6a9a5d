package io.yolofit.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.RunPlan.Part;
import io.yolofit.train.plan.RunSpec.Batches;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Planned memory against an independent simulation of the programs, and what the report says of it.
class RunPlanTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final StateLayout LAYOUT = StateLayout.of(MODEL.forward(1, 32, 32), name -> false);

    /// Workspaces, weight gradients on a lane of their own, and branches of the forward pass.
    private static final WorkspaceModel OVERLAPPING = new WorkspaceModel() {
        @Override
        public long bytes(Node node) {
            return node.op() instanceof Conv2d ? 1 << 20 : 0;
        }

        @Override
        public Overlap overlap() {
            return Overlap.BRANCHES;
        }

        @Override
        public Lane lane(Node node) {
            return node.op() instanceof Conv2d.WeightGrad ? Lane.SIDE : Lane.MAIN;
        }
    };

    private static CompileOptions options(boolean accumulating) {
        return new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32, Update.Rule.ADAMW, 64, accumulating,
                Recompute.Policy.DEFAULT);
    }

    private static RunPlan need(boolean accumulating, Batches batches) {
        return RunPlan.of(new RunSpec(MODEL, LAYOUT, options(accumulating), batches), Target.cpu(DType.F32));
    }

    private static Batches square(int trainImages, int trainSize, int valImages, int valSize, long valCapacity) {
        return new Batches(List.of(InputShape.square(trainImages, trainSize)),
                List.of(InputShape.square(valImages, valSize)), valCapacity);
    }

    private static long atPeak(RunPlan need, Role role) {
        return PeakMemory.of(need).roles().stream().filter(share -> share.role() == role)
                .mapToLong(PeakMemory.RoleShare::atPeak).sum();
    }

    /// Bytes of the persistent buffers of AdamW, from the counts of the layout.
    private static long persistentBytes(boolean accumulating) {
        long parameters = ArenaSimulation.align(LAYOUT.parameterCount() * Float.BYTES);
        long statistics = ArenaSimulation.align(LAYOUT.statisticCount() * Float.BYTES);
        long average = ArenaSimulation.align((LAYOUT.parameterCount() + LAYOUT.statisticCount()) * Float.BYTES);
        long trained = ArenaSimulation.align(LAYOUT.trainableCount() * Float.BYTES); // a moment, or the gradients
        return parameters + statistics + average + (accumulating ? 3 : 2) * trained;
    }

    /// Bytes of the inputs that a validation step reads.
    private static long inputBytes(int images, int size, long capacity) {
        return ArenaSimulation.align((long) images * size * size * 3)
                + ArenaSimulation.align(capacity * 5 * Float.BYTES)
                + ArenaSimulation.align((images + 1) * Integer.BYTES)
                + ArenaSimulation.align(StepScalars.COUNT * Float.BYTES);
    }

    private static List<ArenaSimulation> simulate(RunPlan need, Target target) {
        ArenaLayout layout = ArenaLayout.of(need.programs(), target.staging());
        return need.programs().stream().map(program -> ArenaSimulation.of(program, layout, target.workspace()))
                .toList();
    }

    static Stream<Arguments> runs() {
        WorkspaceModel workspace = node -> node.op() instanceof Conv2d ? 100_000 : 0;
        Batches fewShapes = square(2, 64, 4, 64, 64);
        Batches manyShapes = new Batches(List.of(InputShape.square(4, 64), new InputShape(4, 64, 32),
                InputShape.square(1, 64)), List.of(InputShape.square(8, 64), InputShape.square(3, 64)), 64);
        return Stream.of(Arguments.of("a CPU run", true, fewShapes, Target.cpu(DType.F32)),
                Arguments.of("a CPU run that updates in each step", false, fewShapes, Target.cpu(DType.F32)),
                Arguments.of("a GPU run", true, fewShapes, Target.gpu(WorkspaceModel.none())),
                Arguments.of("a GPU run of many shapes", false, manyShapes, Target.gpu(workspace)),
                Arguments.of("validation larger than training", true, square(1, 32, 64, 128, 64),
                        Target.gpu(workspace)));
    }

    /// The simulation uses neither the plan nor the report.
    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void plannedMemoryEqualsASimulationOfThePrograms(String run, boolean accumulating, Batches batches,
            Target target) {
        RunPlan need = RunPlan.of(new RunSpec(MODEL, LAYOUT, options(accumulating), batches), target);
        InputShape validation = batches.val().getFirst();
        long staging = target.staging() ? inputBytes(validation.images(), validation.height(), batches.valCapacity())
                : 0;
        List<ArenaSimulation> simulations = simulate(need, target);
        simulations.forEach(ArenaSimulation::assertDisjoint);

        assertThat(need.persistentBytes()).isEqualTo(persistentBytes(accumulating));
        assertThat(need.stagingBytes()).isEqualTo(staging);
        assertThat(need.arenaBytes()).as("the highest byte that a program uses")
                .isEqualTo(simulations.stream().mapToLong(ArenaSimulation::end).max().orElseThrow());
        assertThat(need.lowerBound()).as("the largest sum of what is needed at once")
                .isEqualTo(persistentBytes(accumulating) + staging
                        + simulations.stream().mapToLong(ArenaSimulation::largestTransientSum).max().orElseThrow());
        assertThat(PeakMemory.of(need).roles().stream().mapToLong(PeakMemory.RoleShare::atPeak).sum())
                .as("the roles' sum").isEqualTo(need.lowerBound());
        assertThat(atPeak(need, Role.PARAMETER))
                .isEqualTo(ArenaSimulation.align(LAYOUT.parameterCount() * Float.BYTES));
        assertThat(need.arenaBytes()).as("close to the lower bound")
                .isBetween(need.lowerBound(), (long) (need.lowerBound() * 1.02));
    }

    @Test
    void everyBatchShapeHasItsProgramAndItsName() {
        RunPlan need = need(false, new Batches(List.of(InputShape.square(4, 64), new InputShape(4, 64, 32),
                InputShape.square(1, 64)), List.of(InputShape.square(8, 64), InputShape.square(3, 64)), 64));
        assertThat(need.parts()).extracting(Part::name).containsExactly("training step",
                "training step, 4 images of 64x32", "training step, 1 image", "validation", "validation, 3 images");
        assertThat(need.parts()).extracting(part -> part.program().graph().input("images").shape())
                .containsExactly(Shape.of(4, 64, 64, 3), Shape.of(4, 64, 32, 3), Shape.of(1, 64, 64, 3),
                        Shape.of(8, 64, 64, 3), Shape.of(3, 64, 64, 3));
        assertThat(need(true, square(2, 64, 4, 64, 64)).parts()).extracting(Part::name)
                .containsExactly("training step", "update", "validation");
    }

    @Test
    void theNextBatchIsNamedOnADeviceWithStaging() {
        Batches batches = square(2, 64, 4, 64, 64);
        RunPlan plain = need(false, batches);
        RunPlan staged = RunPlan.of(new RunSpec(MODEL, LAYOUT, options(false), batches),
                Target.gpu(WorkspaceModel.none()));
        assertThat(PeakMemory.of(staged).largest(1000))
                .filteredOn(tensor -> tensor.name().equals("images (next batch)"))
                .extracting(PeakMemory.Tensor::bytes).containsExactly(4L * 64 * 64 * 3);
        assertThat(PeakMemory.of(plain).largest(1000)).extracting(PeakMemory.Tensor::name)
                .doesNotContain("images (next batch)");
    }

    @Test
    void withoutAccumulationGradientsAreTransient() {
        RunPlan together = need(false, square(2, 64, 4, 64, 64));
        RunPlan summed = need(true, square(2, 64, 4, 64, 64));
        assertThat(together.parts()).hasSize(2);
        long gradients = LAYOUT.trainableCount() * Float.BYTES;
        assertThat(summed.persistentBytes() - together.persistentBytes()).isBetween(gradients, gradients + 256);
    }

    @Test
    void aLargeValidationBatchCanSetThePeak() {
        assertThat(need(false, square(2, 64, 4, 64, 64)).peak().name()).isEqualTo("training step");
        assertThat(need(false, square(1, 32, 64, 128, 64)).peak().name()).isEqualTo("validation");
    }

    @Test
    void activationsGrowWithTheBatchAndParametersDoNot() {
        RunPlan small = need(false, square(2, 64, 4, 64, 64));
        RunPlan large = need(false, square(4, 64, 8, 64, 64));
        assertThat(atPeak(large, Role.PARAMETER)).isEqualTo(atPeak(small, Role.PARAMETER));
        assertThat((double) atPeak(large, Role.ACTIVATION) / atPeak(small, Role.ACTIVATION)).isBetween(1.7, 2.1);
    }

    @Test
    void theLargestTensorsComeFirstWithTheirNamesAndTypes() {
        List<PeakMemory.Tensor> largest = PeakMemory.of(need(false, square(16, 160, 32, 160, 64))).largest(40);
        assertThat(largest).extracting(PeakMemory.Tensor::bytes).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(largest).anySatisfy(tensor -> {
            assertThat(tensor.name()).isEqualTo("model.1.conv");
            assertThat(tensor.type()).isEqualTo("f32[16,40,40,32]");
            assertThat(tensor.role()).isEqualTo(Role.ACTIVATION);
            assertThat(tensor.bytes()).isEqualTo(16L * 40 * 40 * 32 * Float.BYTES);
        });
    }

    /// On a GPU that extends overlap, with and without frozen layers.
    @ParameterizedTest
    @ValueSource(strings = {"yolov8n batch=4 recompute=max", "yolov8n batch=4 recompute=0.5 freeze=10",
            "yolov5n-p6 batch=4 recompute=0.5 freeze=10", "yolov9t batch=2 nbs=64 recompute=default",
            "yolov10n batch=8 nbs=8 recompute=off", "yolo11n batch=2 amp=false", "yolo12n batch=4 recompute=max",
            "yolo26n batch=4 recompute=0.3"})
    void theUpperBoundIsAtMostAFewPercentAboveThePlan(String words) {
        List<String> options = new ArrayList<>(List.of(("model=" + words + " imgsz=320").split(" ")));
        Options run = OptionsParser.parse(Mode.PLAN, options);
        Model model = Model.of(ArchitectureCatalog.find(options.getFirst().substring("model=".length())), 3);
        Target target = Target.gpu(OVERLAPPING);
        RunSpec spec = RunSpec.of(run, model, DataFacts.assumed(), target);
        RunPlan exact = RunPlan.of(spec, target);
        RunPlan bound = RunPlan.upperBound(spec, target, new ModelGraphs(model, spec.layout()));
        assertThat(bound.memory().total()).isBetween(exact.memory().total(), exact.memory().total() * 105 / 100);
        assertThat(bound.leastMemory().total()).isLessThanOrEqualTo(exact.memory().total());
        assertThat(bound.isUpperBound()).isTrue();
        assertThat(exact.isUpperBound()).isFalse();
    }
}

package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.DeviceMemory;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.time.StepTimeModel;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A GPU without workspaces, whose context takes 100 MiB.
class BudgetSearchTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final long MIB = 1L << 20;
    private static final DataFacts DATA = new DataFacts(OptionalInt.of(1000), OptionalInt.of(200), 10, 10,
            Optional.empty());

    private static Target target(long free) {
        return Target.gpu(WorkspaceModel.none()).with(new DeviceMemory(OptionalLong.of(2000 * MIB),
                free == 0 ? OptionalLong.empty() : OptionalLong.of(free), 100 * MIB, 1024, true));
    }

    private static Options options(String... words) {
        List<String> all = new ArrayList<>(List.of("model=yolov8n", "imgsz=160"));
        all.addAll(List.of(words));
        return OptionsParser.parse(Mode.PLAN, all);
    }

    private static PlannedRun choose(long free, String... words) {
        return BudgetSearch.choose(options(words), MODEL, DATA, target(free));
    }

    @Test
    void aRunThatFitsIsPlannedAsRequested() {
        PlannedRun run = choose(0, "batch=16");
        assertThat(run.chosen()).isEmpty();
        assertThat(run.alternatives()).isEmpty();
        assertThat(run.options().get(BATCH)).isEqualTo(16);
        assertThat(run.plan().memory().total()).isGreaterThan(run.plan().arenaBytes() + 100 * MIB);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 260, 600})
    void theLimitIsNeverExceededAndLargerLimitsAreNotSlower(int mib) {
        PlannedRun run = choose(0, "batch=-1", "memory=" + mib + "MiB");
        assertThat(run.plan().memory().total()).isLessThanOrEqualTo(mib * MIB);
        assertThat(64 % run.options().get(BATCH)).as("accumulation is exact").isZero();
        assertThat(run.options().find(AUTO_BATCH)).isEmpty();
        assertThat(run.chosen()).isNotEmpty();
        assertThat(run.alternatives()).hasSizeBetween(1, 6)
                .allMatch(other -> other.fits() == (other.memory() <= mib * MIB));
        double faster = choose(0, "batch=-1", "memory=" + 2 * mib + "MiB").plan().times().orElseThrow().images();
        assertThat(run.plan().times().orElseThrow().images()).isLessThanOrEqualTo(faster * 1.03);
    }

    @Test
    void theChoiceIsWithinAFewPercentOfTheBestOfAllBatches() {
        double chosen = choose(0, "batch=-1", "memory=260MiB").plan().times().orElseThrow().images();
        double best = 0;
        for (int batch : List.of(4, 16, 32, 64)) {
            for (String recompute : List.of("off", "0.5", "default", "max")) {
                Options run = options("batch=" + batch, "recompute=" + recompute, "val_batch=1");
                RunPlan plan = RunPlan.of(RunSpec.of(run, MODEL, DATA, target(0)), target(0));
                if (plan.memory().total() <= 260 * MIB) {
                    best = Math.max(best, plan.times().orElseThrow().images());
                }
            }
        }
        assertThat(chosen).isGreaterThan(best * .95);
    }

    @Test
    void largerBatchesThanTheNominalOneAreChosenOnlyIfAskedFor() {
        assertThat(choose(0, "batch=-1", "nbs=8", "memory=2GB").options().get(BATCH)).isEqualTo(8);
        assertThat(choose(0, "batch=auto:24", "nbs=8", "memory=2GB").options().get(BATCH)).isBetween(9, 24);
        assertThat(choose(0, "batch=-1", "nbs=7", "memory=2GB").options().get(BATCH)).isLessThanOrEqualTo(7);
    }

    @Test
    void aShareOfTheMemoryIsALimit() {
        PlannedRun run = choose(0, "batch=0.1");
        assertThat(run.plan().memory().total()).isLessThanOrEqualTo(200 * MIB);
        assertThat(choose(0, "batch=16", "memory=50%").budget().bytes()).hasValue(984 * MIB);
        assertThatThrownBy(() -> choose(0, "batch=-1")).isInstanceOf(PlanException.class)
                .hasMessageContaining("batch=-1: the free memory of a GPU is unknown here; give a limit, such as "
                        + "memory=8GB, or a batch size");
        Options share = options("batch=0.5");
        Target unknown = Target.gpu(WorkspaceModel.none());
        assertThatThrownBy(() -> BudgetSearch.choose(share, MODEL, DATA, unknown)).isInstanceOf(PlanException.class)
                .hasMessageContaining("is unknown here; use batch=-1 with a size, such as memory=8GB");
        assertThatThrownBy(() -> BudgetSearch.choose(options("batch=4", "memory=50%"), MODEL, DATA, unknown))
                .hasMessageContaining("is unknown here; give a size, such as memory=8GB");
    }

    @Test
    void freeMemoryLessAMarginLimitsEveryRun() {
        PlannedRun run = choose(400 * MIB, "batch=-1", "memory=1GB");
        assertThat(run.budget().bytes()).hasValue(400 * MIB - MemoryBudget.MARGIN);
        assertThat(run.budget().text()).contains("memory=1GB, but only 400 MiB is free");
        assertThat(choose(4000 * MIB, "batch=16").budget().bytes()).hasValue(4000 * MIB - MemoryBudget.MARGIN);
    }

    @Test
    void onTheCpuAQuarterOfTheFreeHostMemoryStaysFree() {
        Target cpu = Target.cpu(DType.F32).with(DeviceMemory.host(4000 * MIB, 800 * MIB));
        PlannedRun run = BudgetSearch.choose(options("batch=-1"), MODEL, DATA, cpu);
        assertThat(run.budget().bytes()).hasValue(600 * MIB);
        assertThat(run.budget().text()).isEqualTo("800 MiB free on the CPU, less 200 MiB");
        assertThat(run.plan().memory().total()).isLessThanOrEqualTo(600 * MIB);
        assertThat(run.chosen().getFirst()).contains("(batch=-1: the fastest that fits into 800 MiB free");
        assertThat(MemoryBudget.of(options("batch=4", "memory=10%"), cpu).bytes()).hasValue(400 * MIB);
        assertThat(MemoryBudget.of(options("batch=4", "memory=60%"), cpu).bytes()).hasValue(600 * MIB);
        assertThat(MemoryBudget.of(options("batch=4", "memory=free"), cpu.at(new Slot(1, 2))).bytes())
                .hasValue(300 * MIB);
        assertThat(MemoryBudget.of(options("batch=4"), cpu).bytes()).as("a fixed batch without memory=").isEmpty();
    }

    @Test
    void withAFixedBatchThatNothingFitsTheLeastMemoryThatSufficesIsNamed() {
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> choose(0, "batch=16", "memory=80MiB"));
        assertThat(full).hasMessageContaining("; context and libraries alone take 100 MiB");
        assertThat(full.nearest()).hasSize(1).first().satisfies(more -> {
            assertThat(more.changed()).contains(OptionTable.MEMORY, BATCH);
            assertThat(more.options().get(BATCH)).isEqualTo(1);
            assertThat(BudgetSearch.choose(more.options(), MODEL, DATA, target(0)).plan().memory().total())
                    .isBetween((long) (.95 * more.memory()), more.memory());
        });
    }

    @Test
    void aFixedBatchIsRecomputedMoreBeforeItIsRefused() {
        long usual = choose(0, "batch=32", "val_batch=1").plan().memory().total();
        PlannedRun run = choose(0, "batch=32", "val_batch=1", "memory=" + (usual + 15 * MIB) / 1_000_000 + "MB");
        assertThat(run.options().get(BATCH)).isEqualTo(32);
        assertThat(run.options().get(RECOMPUTE)).isNotEqualTo(RecomputeAmount.DEFAULT);
        assertThat(run.plan().memory().total()).isLessThan(usual);
        assertThat(run.chosen()).anyMatch(line -> line.startsWith("recompute="));
    }

    @Test
    void theValidationBatchShrinksBeforeAnythingElse() {
        long without = choose(0, "batch=1", "recompute=max", "val_batch=1").plan().memory().total();
        long with = choose(0, "batch=1", "recompute=max", "val_batch=64").plan().memory().total();
        assertThat(with).isGreaterThan(without);
        Options run = options("batch=32", "imgsz=320", "recompute=max", "optimizer=SGD");
        long full = BudgetSearch.choose(run, MODEL, DATA, target(0)).plan().memory().total();
        PlannedRun fitting = BudgetSearch.choose(options("batch=32", "imgsz=320", "recompute=max", "optimizer=SGD",
                "memory=" + (full + 15 * MIB) / MIB + "MiB"), MODEL, DATA, target(0));
        assertThat(fitting.options().get(VAL_BATCH)).isLessThan(64);
        assertThat(fitting.options().get(RECOMPUTE)).isEqualTo(RecomputeAmount.MAX);
    }

    @Test
    void ifNothingFitsTheNearestRunsAreNamedAndFit() {
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> choose(0, "batch=64", "imgsz=320", "memory=220MiB"));
        assertThat(full).hasMessageContainingAll("even with recompute=max", "memory=220MiB");
        assertThat(full.nearest()).hasSizeBetween(1, 3).allSatisfy(other -> {
            assertThat(other.memory()).isLessThanOrEqualTo(220 * MIB);
            RunPlan plan = RunPlan.of(RunSpec.of(other.options(), MODEL, DATA, target(0)), target(0));
            long planned = plan.memory().total();
            switch (other.precision()) {
                case PLANNED -> assertThat(planned).isEqualTo(other.memory());
                case UPPER_BOUND -> assertThat(planned).isBetween((long) (.95 * other.memory()), other.memory());
                case ESTIMATED -> throw new AssertionError("a suggestion that may not fit");
            }
        });
        assertThat(full.nearest()).filteredOn(other -> other.changed().contains(BATCH)).allSatisfy(other ->
                assertThat(TrainingSchedule.effectiveBatch(other.options())).isEqualTo(64));
    }

    @Test
    void aValidationBatchThatDoesNotFitIsNamedAndMadeSmallerFirst() {
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> choose(0, "batch=2", "imgsz=320", "val_batch=256", "memory=400MiB"));
        assertThat(full).hasMessageContaining("validation with val_batch=256 needs ");
        assertThat(full.nearest()).hasSize(1).first().satisfies(other -> {
            assertThat(other.changed()).contains(VAL_BATCH).doesNotContain(BATCH, OptionTable.IMGSZ);
            assertThat(other.options().get(VAL_BATCH)).isEqualTo(4);
            assertThat(BudgetSearch.choose(other.options(), MODEL, DATA, target(0)).plan().memory().total())
                    .isLessThanOrEqualTo(other.memory());
        });
    }

    @Test
    void withAnOpenBatchTheLeastMemoryThatSufficesIsNamed() {
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> choose(0, "batch=-1", "imgsz=320", "memory=150MiB"));
        assertThat(full.nearest()).hasSizeLessThanOrEqualTo(3);
        Alternative more = full.nearest().getLast();
        assertThat(more.changed()).contains(OptionTable.MEMORY, BATCH);
        assertThat(BudgetSearch.choose(more.options(), MODEL, DATA, target(0)).plan().memory().total())
                .isBetween((long) (.95 * more.memory()), more.memory());
    }

    @Test
    void aSmallerModelIsNamedWhereOnlyThatFits() {
        Model model = Model.of(ArchitectureCatalog.find("yolov8s"), 3);
        Options run = OptionsParser.parse(Mode.PLAN, List.of("model=yolov8s", "imgsz=160", "batch=8",
                "optimizer=SGD", "memory=230MiB"));
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> BudgetSearch.choose(run, model, DATA, target(0)));
        assertThat(full.nearest()).isNotEmpty().anySatisfy(other ->
                assertThat(other.options().get(OptionTable.MODEL)).isEqualTo("yolov8n"));
    }

    @Test
    void aRunWhoseMemoryWasTakenKeepsTheImagesOfAnUpdate() {
        Options asked = options("batch=32", "recompute=off", "val_batch=1");
        long planned = BudgetSearch.choose(asked, MODEL, DATA, target(0)).plan().memory().total();
        PlannedRun recomputed = BudgetSearch.replan(asked, MODEL, DATA, target(planned));
        assertThat(recomputed.options().get(BATCH)).isEqualTo(32);
        assertThat(recomputed.options().get(RECOMPUTE)).isNotEqualTo(RecomputeAmount.OFF);
        long least = BudgetSearch.choose(asked.with(RECOMPUTE, RecomputeAmount.MAX), MODEL, DATA, target(0)).plan()
                .memory().total();
        long free = least - 5 * MIB + MemoryBudget.MARGIN;
        PlannedRun smaller = BudgetSearch.replan(asked, MODEL, DATA, target(free));
        assertThat(smaller.options().get(BATCH)).isLessThan(32);
        assertThat(TrainingSchedule.effectiveBatch(smaller.options())).isEqualTo(64);
        assertThat(smaller.plan().memory().total()).isLessThan(least);
        assertThat(smaller.options().get(IMGSZ)).isEqualTo(160);
        assertThat(smaller.options().get(ACCUMULATE) * smaller.options().get(BATCH)).isEqualTo(64);
    }

    @Test
    void precisionIsChosenTogetherWithTheBatchUnlessItWasGiven() {
        PlannedRun run = choose(0, "batch=-1", "memory=600MiB");
        assertThat(run.options().get(AMP)).isEqualTo(AmpChoice.TRUE);
        assertThat(run.chosen()).anySatisfy(line -> assertThat(line)
                .startsWith("amp=true (f16: faster than fp32").contains("weights and updates are fp32"));
        PlannedRun single = choose(0, "batch=-1", "memory=600MiB", "amp=false");
        assertThat(single.chosen()).noneMatch(line -> line.startsWith("amp="));
        assertThat(((RunSpec) single.plan().spec()).compile().precision()).isEqualTo(DType.F32);
        assertThat(choose(0, "batch=4").chosen()).isEmpty();
        PlannedRun auto = choose(0, "batch=4", "amp=auto");
        assertThat(auto.options().get(AMP)).isEqualTo(AmpChoice.TRUE);
        assertThat(auto.chosen()).anyMatch(line -> line.startsWith("amp=true"));
    }

    @Test
    void fp32IsChosenWhereHalfPrecisionIsNotFasterAndItFits() {
        StepTimeModel even = new StepTimeModel() {
            @Override
            public double seconds(Node node, BufferAssignment assignment) {
                return 1e-5;
            }

            @Override
            public String source() {
                return "a test";
            }
        };
        Target device = target(0).with(even);
        PlannedRun ample = BudgetSearch.choose(options("batch=16", "amp=auto"), MODEL, DATA, device);
        assertThat(ample.options().get(AMP)).isEqualTo(AmpChoice.FALSE);
        assertThat(ample.chosen()).anyMatch(line -> line.startsWith("amp=false (fp32: about as fast as f16"));
        long needed = BudgetSearch.choose(options("batch=16", "recompute=max"), MODEL, DATA, device).plan().memory()
                .total();
        PlannedRun tight = BudgetSearch.choose(options("batch=16", "amp=auto", "memory=" + (needed / MIB + 19) + "MiB"),
                MODEL, DATA, device);
        assertThat(tight.options().get(AMP)).isEqualTo(AmpChoice.TRUE);
        assertThat(tight.chosen()).anyMatch(line -> line.startsWith("amp=true (f16: fp32 does not fit"));
        Target cpu = Target.cpu(DType.F32);
        PlannedRun single = BudgetSearch.choose(options("batch=4", "amp=auto"), MODEL, DATA, cpu);
        assertThat(single.chosen()).anyMatch(line -> line.contains("half precision is not faster on the CPU"));
    }

    @Test
    void aTinyBudgetNamesSmallerModelsWithSmallerBatches() {
        Model large = Model.of(ArchitectureCatalog.find("yolov8x"), 3);
        Options run = OptionsParser.parse(Mode.PLAN, List.of("model=yolov8x", "imgsz=640", "batch=64",
                "memory=300MiB"));
        NothingFitsException full = catchThrowableOfType(NothingFitsException.class,
                () -> BudgetSearch.choose(run, large, DATA, target(0)));
        assertThat(full.nearest()).isNotEmpty().allSatisfy(other -> {
            assertThat(other.memory()).isLessThanOrEqualTo(300 * MIB);
            assertThat(TrainingSchedule.effectiveBatch(other.options())).isEqualTo(64);
        });
        assertThat(full.nearest()).anyMatch(other -> !other.options().get(OptionTable.MODEL).equals("yolov8x"));
    }
}

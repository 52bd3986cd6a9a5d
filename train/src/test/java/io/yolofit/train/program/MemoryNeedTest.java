package io.yolofit.train.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Role;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.program.MemoryNeed.Batches;
import io.yolofit.train.program.MemoryNeed.Part;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final StateLayout LAYOUT = StateLayout.of(MODEL.forward(1, 32, 32), name -> false);

    private static final CompileOptions PLAN = new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
            Update.Rule.ADAMW,
            64, false, Recompute.Policy.DEFAULT);

    private static MemoryNeed need(boolean accumulating, Batches batches) {
        return MemoryNeed.of(MODEL, LAYOUT, new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
                Update.Rule.ADAMW,
                64, accumulating, Recompute.Policy.DEFAULT), batches, MemoryTarget.cpu());
    }

    private static Batches square(int trainImages, int trainSize, int valImages, int valSize, long valCapacity) {
        return new Batches(List.of(InputShape.square(trainImages, trainSize)),
                List.of(InputShape.square(valImages, valSize)), valCapacity);
    }

    private static long atPeak(MemoryNeed need, Role role) {
        return need.roles().stream().filter(share -> share.role() == role).mapToLong(MemoryNeed.RoleShare::atPeak)
                .sum();
    }

    @Test
    void rolesSumToTheLowerBound() {
        for (boolean accumulating : List.of(false, true)) {
            MemoryNeed need = need(accumulating, square(2, 64, 4, 64, 64));
            assertThat(need.roles().stream().mapToLong(MemoryNeed.RoleShare::atPeak).sum())
                    .isEqualTo(need.lowerBound()).isLessThanOrEqualTo(need.arenaBytes());
        }
    }

    @Test
    void programsShareOneArenaAndPersistentBuffersCountOnce() {
        MemoryNeed need = need(true, square(2, 64, 4, 64, 64));
        assertThat(need.parts()).extracting(Part::name).containsExactly("training step", "update", "validation");
        assertThat(need.arenaBytes()).isEqualTo(need.persistentBytes()
                + need.parts().stream().mapToLong(Part::transientBytes).max().orElseThrow());
        long parameters = LAYOUT.parameterCount() * Float.BYTES;
        long statistics = LAYOUT.statisticCount() * Float.BYTES;
        // parameters, EMA with statistics, two moments, gradients; each rounded up to 256 bytes
        assertThat(need.persistentBytes()).isBetween(5 * parameters + 2 * statistics,
                5 * parameters + 2 * statistics + 7 * 256);
    }

    @Test
    void everyBatchShapeHasItsProgramAndItsName() {
        MemoryNeed need = need(false, new Batches(List.of(InputShape.square(4, 64), new InputShape(4, 64, 32),
                InputShape.square(1, 64)), List.of(InputShape.square(8, 64), InputShape.square(3, 64)), 64));
        assertThat(need.parts()).extracting(Part::name).containsExactly("training step",
                "training step, 4 images of 64x32", "training step, 1 image", "validation", "validation, 3 images");
        assertThat(need.programs()).allMatch(ArenaLayout.of(need.programs(), false)::fits);
        assertThat(need.arenaBytes()).isEqualTo(ArenaLayout.of(need.programs(), false).bytes());
    }

    @Test
    void theArenaOfADeviceWithStagingIncludesTheNextBatch() {
        Batches batches = square(2, 64, 4, 64, 64);
        MemoryNeed plain = need(false, batches);
        MemoryNeed staged = MemoryNeed.of(MODEL, LAYOUT, PLAN, batches, MemoryTarget.gpu(WorkspaceModel.none()));
        long pixels = 4L * 64 * 64 * 3;
        assertThat(staged.stagingBytes()).isBetween(pixels, pixels + 64 * 5 * 4 + 4 * 256 + 5 * 4);
        assertThat(staged.arenaBytes()).isEqualTo(plain.arenaBytes() + staged.stagingBytes());
        assertThat(staged.roles().stream().mapToLong(MemoryNeed.RoleShare::atPeak).sum())
                .isEqualTo(staged.lowerBound());
        assertThat(staged.largest(1000)).extracting(MemoryNeed.Tensor::name).contains("images (next batch)");
        assertThat(plain.largest(1000)).extracting(MemoryNeed.Tensor::name).doesNotContain("images (next batch)");
    }

    @Test
    void everyProgramFitsIntoTheArena() {
        MemoryNeed need = need(true, square(2, 64, 4, 64, 64));
        assertThat(need.parts()).allSatisfy(part ->
                assertThat(part.program().plan().arenaBytes()).isLessThanOrEqualTo(need.arenaBytes()));
    }

    @Test
    void withoutAccumulationGradientsAreTransient() {
        MemoryNeed together = need(false, square(2, 64, 4, 64, 64));
        MemoryNeed summed = need(true, square(2, 64, 4, 64, 64));
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
        MemoryNeed small = need(false, square(2, 64, 4, 64, 64));
        MemoryNeed large = need(false, square(4, 64, 8, 64, 64));
        assertThat(atPeak(large, Role.PARAMETER)).isEqualTo(atPeak(small, Role.PARAMETER));
        assertThat((double) atPeak(large, Role.ACTIVATION) / atPeak(small, Role.ACTIVATION)).isBetween(1.7, 2.1);
    }

    @Test
    void theLargestTensorsComeFirstWithTheirNamesAndTypes() {
        List<MemoryNeed.Tensor> largest = need(false, square(16, 160, 32, 160, 64)).largest(40);
        assertThat(largest).extracting(MemoryNeed.Tensor::bytes).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(largest).anySatisfy(tensor -> {
            assertThat(tensor.name()).isEqualTo("model.1.conv");
            assertThat(tensor.type()).isEqualTo("f32[16,40,40,32]");
            assertThat(tensor.role()).isEqualTo(Role.ACTIVATION);
            assertThat(tensor.bytes()).isEqualTo(16L * 40 * 40 * 32 * Float.BYTES);
        });
    }
}

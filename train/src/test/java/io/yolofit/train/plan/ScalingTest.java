package io.yolofit.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.Role;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.KernelTimeModel;
import io.yolofit.train.plan.time.Links;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScalingTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
    private static final DataFacts DATA = new DataFacts(OptionalInt.of(1024), OptionalInt.of(200), 10, 10,
            Optional.empty());
    private static final Links SLOW = Links.pcie(1e9, "a test");

    private static List<Scaling> scaling(Links links, List<Integer> ranks, String... words) {
        Options options = OptionsParser.parse(Mode.PLAN, Stream.concat(Stream.of("model=yolov8n", "imgsz=96", "batch=8",
                "nbs=8"), Arrays.stream(words)).toList());
        WorkspaceModel workspace = CudaEngine.workspaceModel();
        Target target = Target.gpu(workspace).with(KernelTimeModel.of(DeviceRates.H200, workspace, links));
        return Scaling.of(options, MODEL, DATA, target, ranks);
    }

    @Test
    void everyNumberHasTheBatchOfTheOptionsAndAsManyBatches() {
        List<Scaling> all = scaling(Links.H200, List.of(1, 2, 16));
        assertThat(all).extracting(Scaling::ranks).containsExactly(1, 2, 2, 16, 16);
        assertThat(all).extracting(Scaling::batch).containsExactly(8, 8, 16, 8, 128);
        assertThat(all.get(3).unfit()).contains("batch=8: 16 ranks share every batch", "at least 16 images");
        List<Scaling> points = all.stream().filter(point -> point.unfit().isEmpty()).toList();
        assertThat(points).extracting(Scaling::each).containsExactly(8, 4, 8, 8);
        Scaling one = points.getFirst();
        assertThat(one.efficiency()).isCloseTo(1, within(1e-9));
        assertThat(one.limit()).isEqualTo(Scaling.Limit.NOTHING);
        assertThat(points.subList(1, 4)).allSatisfy(point -> {
            assertThat(point.efficiency()).isBetween(.05, 1.0);
            assertThat(point.images()).isCloseTo(point.efficiency() * point.ranks() * one.images(), within(1e-6));
            assertThat(point.syncCost()).isBetween(.0, 1.0);
        });
        assertThat(points.get(1).efficiency()).as("small slices").isLessThan(points.get(2).efficiency());
    }

    @Test
    void theLimitIsWhatCostsMost() {
        assertThat(scaling(Links.H200, List.of(2)).getLast().limit()).isEqualTo(Scaling.Limit.STATISTICS);
        assertThat(scaling(SLOW, List.of(2), "sync_bn=false").getLast().limit()).isEqualTo(Scaling.Limit.GRADIENTS);
        assertThat(scaling(Links.H200, List.of(8), "sync_bn=false").getFirst().limit())
                .isEqualTo(Scaling.Limit.SMALL_BATCHES);
    }

    @Test
    void slowLinksAndSynchronizedStatisticsCost() {
        Scaling fast = scaling(Links.H200, List.of(4)).getLast();
        assertThat(scaling(SLOW, List.of(4)).getLast().images()).isLessThan(.9 * fast.images());
        Scaling own = scaling(Links.H200, List.of(4), "sync_bn=false").getLast();
        assertThat(fast.images()).isCloseTo((1 - fast.syncCost()) * own.images(), within(1e-6 * own.images()));
    }

    @Test
    void gradientsAreSplitIntoBucketsWhereTheLinksMakeItWorthwhile() {
        assertThat(buckets(Links.H200)).isEqualTo(4);
        assertThat(buckets(new Links("a test", 1e15, Links.H200.latency(), 1, "a test"))).isEqualTo(1);
    }

    private static long buckets(Links links) {
        WorkspaceModel workspace = CudaEngine.workspaceModel();
        Target target = Target.gpu(workspace).with(KernelTimeModel.of(DeviceRates.H200, workspace, links))
                .at(new Slot(0, 2));
        RunSpec spec = RunSpec.of(OptionsParser.parse(Mode.PLAN, List.of("model=yolov8n", "imgsz=32", "batch=8",
                "nbs=8")), MODEL, DATA, target);
        return spec.programs(target).getFirst().graph().get().nodes().stream().filter(node ->
                node.op() instanceof AllReduce && node.output(0).role() == Role.GRADIENT).count();
    }

    @Test
    void communicationTakesMemoryOnSeveralGpusOnly() {
        assertThat(Links.H200.bytes(1)).isZero();
        assertThat(Links.H200.bytes(2)).isEqualTo(1114L << 20);
        assertThat(Links.H200.bytes(8)).as("a ring has two neighbors").isEqualTo(1354L << 20);
        assertThat(Links.HOST.bytes(4)).isZero();
        Target target = Target.gpu(CudaEngine.workspaceModel());
        assertThat(target.linkBytes()).isZero();
        assertThat(target.at(new Slot(1, 2)).linkBytes()).isEqualTo(1114L << 20);
    }
}

package io.yolofit.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.MemoryTimeline.Block;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTimelineTest {
    private static final Model MODEL = Model.of(ArchitectureCatalog.find("yolov8n"), 3);

    private static RunPlan plan(int batch) {
        Options options = OptionsParser.parse(Mode.PLAN, List.of("model=yolov8n", "imgsz=96", "batch=" + batch));
        Target target = Target.gpu(WorkspaceModel.none());
        return RunPlan.of(RunSpec.of(options, MODEL, DataFacts.assumed(), target), target);
    }

    @Test
    void thePeakIsTheLowerBoundOfThePlan() {
        RunPlan plan = plan(64);
        MemoryTimeline timeline = MemoryTimeline.of(plan);
        assertThat(plan.peak().kind()).isEqualTo(ProgramSpec.Kind.STEP);
        assertThat(timeline.bytes(timeline.peak())).isEqualTo(plan.lowerBound());
        assertThat(timeline.constant()).isEqualTo(plan.persistentBytes() + plan.stagingBytes());
        assertThat(timeline.atPeak().stream().mapToLong(Block::bytes).sum() + timeline.constant())
                .isEqualTo(plan.lowerBound());
        assertThat(timeline.moments().stream().map(MemoryTimeline.Moment::phase).distinct())
                .containsExactly("forward", "loss", "backward", "update");
    }

    @Test
    void anAccumulatedUpdateFollowsTheStep() {
        RunPlan plan = plan(4);
        MemoryTimeline timeline = MemoryTimeline.of(plan);
        int step = plan.steps().values().iterator().next().graph().nodes().size();
        assertThat(timeline.moments()).hasSize(step + plan.update().orElseThrow().graph().nodes().size());
        assertThat(timeline.moments().getLast().phase()).isEqualTo("update");
    }

    @Test
    void blocksStayInTheArenaAndNeverOverlap() {
        RunPlan plan = plan(4);
        MemoryTimeline timeline = MemoryTimeline.of(plan);
        long start = ArenaLayout.of(plan.programs(), true).transientOffset();
        List<Block> blocks = timeline.blocks();
        for (Block block : blocks) {
            assertThat(block.offset()).isGreaterThanOrEqualTo(start);
            assertThat(block.offset() + block.bytes()).isLessThanOrEqualTo(plan.arenaBytes());
            assertThat(blocks.stream().filter(other -> other != block && other.first() <= block.last()
                    && block.first() <= other.last() && other.offset() < block.offset() + block.bytes()
                    && block.offset() < other.offset() + other.bytes())).as(block.name()).isEmpty();
        }
    }
}

package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.pass.StateLayout.Group;
import io.yolofit.graph.pass.StateLayout.Slot;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateLayoutTest {
    @Test
    void groupsAreInOptimizerOrder() {
        StateLayout layout = TinyModel.layoutWithFrozenFirstBlock();
        assertThat(layout.parameters().values()).extracting(Slot::group).isSortedAccordingTo(Comparator.naturalOrder());
        assertThat(layout.parameters().values()).filteredOn(slot -> slot.group() == Group.FROZEN).extracting(Slot::name)
                .containsExactlyInAnyOrder("model.0.conv.weight", "model.0.bn.weight", "model.0.bn.bias");
        assertThat(layout.parameters().get("model.1.bn.weight").group()).isEqualTo(Group.NORMALIZATION);
        assertThat(layout.parameters().get("model.1.bn.bias").group()).isEqualTo(Group.BIAS);
        assertThat(layout.parameters().get("head.box0.weight").group()).isEqualTo(Group.WEIGHT);
        assertThat(layout.groupEnds()).hasSize(3).last().isEqualTo(layout.trainableCount());
    }

    @Seeds(30)
    void trainableTensorsFillTheirBufferWithoutGapsOrOverlaps(Seed seed) {
        StateLayout layout = RandomModel.wild(seed).layout();
        List<Slot> slots = new ArrayList<>(layout.parameters().values());
        long end = 0;
        for (Slot slot : slots) {
            if (slot.group() == Group.FROZEN) {
                assertThat(slot.offset()).isGreaterThanOrEqualTo(end);
            } else {
                assertThat(slot.offset()).isEqualTo(end);
            }
            end = slot.end();
        }
        assertThat(layout.parameterCount()).isEqualTo(end);
        assertThat(layout.statisticCount())
                .isEqualTo(layout.statistics().values().stream().mapToLong(slot -> slot.shape().count()).sum());
    }

    @Test
    void parametersThatNoOutputDependsOnAreFrozen() {
        Nets nets = new Nets();
        Value x = nets.block("model.0", nets.images(1, 8, 8), 4, 3, 1);
        nets.block("model.1", x, 4, 3, 1);
        nets.head(0, x, 2);
        StateLayout layout = StateLayout.of(nets.build(), name -> false);
        assertThat(layout.parameters().values()).filteredOn(slot -> slot.group() == Group.FROZEN).extracting(Slot::name)
                .containsExactly("model.1.conv.weight", "model.1.bn.weight", "model.1.bn.bias");
    }

    /// Required by 16-byte accesses to half-precision weights.
    @Test
    void frozenWeightsAreAlignedToEightElements() {
        Graph forward = TinyModel.forward();
        StateLayout layout = StateLayout.of(forward, name -> name.equals("model.1.conv.weight"));
        assertThat(layout.trainableCount()).isEqualTo(214);
        assertThat(layout.parameters().get("model.1.conv.weight").offset()).isEqualTo(216);
        assertThat(layout.parameterCount()).isEqualTo(216 + 16);
        assertThat(TinyModel.layout().parameterCount()).as("nothing frozen").isEqualTo(230);
    }

    @Test
    void tensorsOfAMultipleOfEightElementsComeFirstInTheirGroup() {
        StateLayout layout = TinyModel.layout();
        assertThat(layout.parameters().get("head.box0.bias").offset())
                .isLessThan(layout.parameters().get("model.0.bn.bias").offset());
    }
}

package io.yolofit.graph.testing;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.pass.StateLayout;
import java.util.List;

/// The model of the golden texts: a block, a residual block and a head with one level, for images of 8 x 8 pixels.
public final class TinyModel {
    public static final int CAPACITY = 3;
    public static final List<BranchLoss> LOSS = Nets.losses(List.of(2), true);
    public static final List<BranchLoss> LOSS_ONLY = Nets.losses(List.of(2), false);
    public static final List<BranchLoss> LOSS_AT_STRIDE_1 = Nets.losses(List.of(1), true);
    public static final BranchDecode DECODE = Nets.decode(List.of(2));

    private TinyModel() {
    }

    public static Graph forward() {
        Nets nets = new Nets();
        Value x = nets.block("model.0", nets.images(1, 8, 8), 4, 3, 2);
        Value y = nets.block("model.1", x, 4, 1, 1);
        nets.head(0, nets.op("model.1.add", new Add(), x, y), 2);
        return nets.build();
    }

    public static StateLayout layout() {
        return StateLayout.of(forward(), name -> false);
    }

    public static StateLayout layoutWithFrozenFirstBlock() {
        return StateLayout.of(forward(), name -> name.startsWith("model.0."));
    }
}

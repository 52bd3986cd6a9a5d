package io.yolofit.train.trainer;

import io.yolofit.engine.Engine;
import io.yolofit.engine.State;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.ranks.Agreement;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Training state that differs between ranks, and that ranks exchange at the end of an epoch.
///
/// @param engine of this rank
record RankState(Communicator group, Agreement ranks, Engine engine) {
    private static final String GRADIENTS = "gradients";

    /// Moves the accumulated gradients of all ranks to rank 0, which saves them.
    void joinGradients() {
        State state = engine.state();
        float[] gradients = state.read(GRADIENTS);
        group.sum(MemorySegment.ofArray(gradients), gradients.length);
        if (ranks.leads()) {
            state.write(GRADIENTS, 0, gradients);
        } else {
            clearGradients();
        }
    }

    void clearGradients() {
        State state = engine.state();
        state.write(GRADIENTS, 0, new float[state.count(GRADIENTS)]);
    }

    /// Ranks that normalize with their own statistics validate with those of rank 0, which are also saved.
    void shareStatistics() {
        for (String buffer : List.of("statistics", "ema")) {
            float[] values = engine.state().read(buffer);
            ranks.fromLeader(values);
            engine.state().write(buffer, 0, values);
        }
    }
}

package io.yolofit.app.training;

import io.yolofit.api.device.RankDevices;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import java.util.Optional;
import java.util.concurrent.Callable;

/// A request to stop a training of several ranks. Before the first step it also ends the ranks that wait for this
/// process.
public final class GroupStop {
    private final StopRequest request = new StopRequest();
    private volatile Optional<RankDevices.Group> group = Optional.empty();

    /// Runs the work in a thread of its own and waits for it, as [StopRequest] does.
    public <T> T during(Callable<T> work, Console console) throws Exception {
        return request.during(work, () -> {
            console.warn(request.hasBegun() ? "stopping after this step ..." : "stopping ...");
            if (!request.hasBegun()) {
                group.ifPresent(met -> met.abort(TrainingRanks.UNBEGUN));
            }
        }, TrainingRanks.UNBEGUN);
    }

    public StopRequest request() {
        return request;
    }

    /// The ranks have met.
    public void met(RankDevices.Group ranks) {
        group = Optional.of(ranks);
    }
}

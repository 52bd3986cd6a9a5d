package io.yolofit.engine;

import io.yolofit.graph.plan.WorkspaceModel;
import java.util.List;
import java.util.Optional;

/// The provider of an engine for GPUs.
public interface GpuProvider extends EngineProvider {
    /// Searches for GPUs and libraries; never throws.
    Devices devices();

    /// The reason why no GPU is usable.
    @Override
    default Optional<String> whyNot() {
        return Optional.of(devices().whyNot()).filter(reason -> !reason.isEmpty());
    }

    /// The workspace model of every GPU, for planning without a device or a library.
    WorkspaceModel workspace();

    /// A new identifier for the group of GPUs of a run. One rank requests it and sends it to the others, which pass it
    /// to [#open(EngineSettings)].
    ///
    /// @throws DeviceException if the library for communication is missing
    byte[] newGroupId();

    /// Whether two GPUs of this machine copy to each other directly, over NVLink or PCIe, and not through host memory.
    ///
    /// @param first  number of a usable GPU
    /// @param second of another one
    boolean arePeers(int first, int second);

    /// Sums a vector over GPUs, each on a thread of its own, and checks the result.
    ///
    /// @param gpus by the driver's numbers
    /// @throws DeviceException if the library for communication is missing, an all-reduce fails, or its result is wrong
    AllReduceReport allReduce(List<Integer> gpus);

    @Override
    GpuEngine open(EngineSettings settings);
}

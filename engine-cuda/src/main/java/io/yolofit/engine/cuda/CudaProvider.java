package io.yolofit.engine.cuda;

import io.yolofit.engine.AllReduceReport;
import io.yolofit.engine.Devices;
import io.yolofit.engine.EngineSettings;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.GpuProvider;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Driver;
import io.yolofit.engine.cuda.nccl.AllReduceProbe;
import io.yolofit.engine.cuda.nccl.GpuRank;
import io.yolofit.engine.cuda.nccl.Nccl;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.List;

/// Opens the CUDA engine for programs that find it on their class path.
public final class CudaProvider implements GpuProvider {
    /// For [java.util.ServiceLoader].
    public CudaProvider() {
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Devices devices() {
        return GpuSearch.find();
    }

    @Override
    public DType mixedPrecision() {
        return DType.F16;
    }

    @Override
    public WorkspaceModel workspace() {
        return CudaEngine.workspaceModel();
    }

    @Override
    public byte[] newGroupId() {
        return Nccl.load().uniqueId();
    }

    @Override
    public boolean arePeers(int first, int second) {
        return Device.canAccessPeer(Driver.load(), first, second);
    }

    @Override
    public AllReduceReport allReduce(List<Integer> gpus) {
        return AllReduceProbe.of(gpus);
    }

    @Override
    public GpuEngine open(EngineSettings settings) {
        int ranks = settings.group().ranks();
        return CudaEngine.open(settings.gpu(), settings.cacheFolder(),
                CudaOptions.DEFAULT.withTf32(settings.tf32()),
                ranks == 1 ? GpuRank.ALONE : new GpuRank(settings.group().rank(), ranks, settings.groupId()));
    }
}

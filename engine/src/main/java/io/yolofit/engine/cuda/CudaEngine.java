package io.yolofit.engine.cuda;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Runs programs on a GPU.
public final class CudaEngine implements Engine {
    private CudaEngine() {
        throw missing();
    }

    private static CudaException missing() {
        return new CudaException("no CUDA engine in this build");
    }

    /// @param device number in `device=`
    public static CudaEngine open(int device, Path cacheFolder) {
        throw missing();
    }

    /// Scratch memory of the kernels; needs no GPU.
    public static WorkspaceModel workspaceModel() {
        return WorkspaceModel.none();
    }

    /// What this engine takes of its device.
    public DeviceMemoryReport memory() {
        throw missing();
    }

    @Override
    public String name() {
        throw missing();
    }

    @Override
    public String description() {
        throw missing();
    }

    @Override
    public DType mixedPrecision() {
        throw missing();
    }

    @Override
    public boolean supports(DType activations) {
        throw missing();
    }

    @Override
    public WorkspaceModel workspace() {
        return workspaceModel();
    }

    @Override
    public boolean staging() {
        return true;
    }

    @Override
    public State state() {
        throw missing();
    }

    @Override
    public void reserve(List<Program> programs) {
        throw missing();
    }

    @Override
    public Executable compile(Program program) {
        throw missing();
    }

    @Override
    public MemorySegment hostMemory(long bytes) {
        throw missing();
    }

    @Override
    public void close() {
    }
}

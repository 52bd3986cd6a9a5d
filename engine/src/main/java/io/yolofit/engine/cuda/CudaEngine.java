package io.yolofit.engine.cuda;

import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Placeholder: the names that tests and benchmarks use.
public final class CudaEngine implements Engine {
    private CudaEngine() {
    }

    public static CudaEngine open(int device, Path cacheFolder) {
        throw new EngineException("there is no CUDA engine in this build");
    }

    /// Device memory of this engine.
    public record Memory(long arenaBytes) {
    }

    public Memory memory() {
        throw new UnsupportedOperationException();
    }

    /// Bytes a second, read and written, of a large copy on the device.
    public double copyBandwidth() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String description() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DType mixedPrecision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean supports(DType activations) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WorkspaceModel workspace() {
        throw new UnsupportedOperationException();
    }

    @Override
    public State state() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reserve(List<Program> programs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executable compile(Program program) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MemorySegment hostMemory(long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

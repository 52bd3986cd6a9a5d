package io.yolofit.engine;

import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Compiles and runs programs on a device. One engine serves one run: its programs share persistent buffers by name.
///
/// An engine, its state and its executables belong to one thread at a time.
public interface Engine extends AutoCloseable {
    /// The value of `device=` that selects this engine: `cpu`, `0`.
    String name();

    /// Device and library versions as one line of text, for reports.
    String description();

    /// The element type of mixed precision (`amp=true`): f16, bf16, or f32 where half precision gains nothing.
    DType mixedPrecision();

    /// Whether this engine runs programs with activations of this type.
    boolean supports(DType activations);

    /// Workspace sizes of this engine's kernels. The memory planner reads them before anything runs.
    WorkspaceModel workspace();

    /// Whether the copy of the next batch overlaps the current step. The arena then has a staging area for it.
    boolean staging();

    /// The rematerialization policy that `recompute=default` selects: off on the CPU; on a GPU, cheap activations are
    /// recomputed in the backward pass to save memory.
    Recompute.Policy recompute();

    /// The persistent buffers of all programs compiled so far.
    State state();

    /// Reserves all memory that these programs need together. Called once, before the first program is compiled.
    /// Engines that allocate each value separately do nothing here.
    ///
    /// @throws OutOfDeviceMemoryException if the device has too little free memory; names the bytes needed, the bytes
    /// free and the processes that hold the rest
    void reserve(List<Program> programs);

    /// Compiles a program. New persistent buffers are initialized to zero. If nothing was reserved, memory is reserved
    /// for this program alone.
    ///
    /// @throws EngineException if an op has no kernel, a persistent buffer exists with another size, or the program
    /// does not fit into the reserved memory
    Executable compile(Program program);

    /// Allocates host memory for fast input copies (pinned, if the device has pinned memory); valid until the engine is
    /// closed.
    MemorySegment hostMemory(long bytes);

    @Override
    void close();
}

package io.yolofit.engine;

import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Runs programs on a device. One engine serves one run: its programs share the persistent buffers, by name.
///
/// An engine, its state and its executables belong to one thread at a time.
public interface Engine extends AutoCloseable {
    /// As in `device=`: `cpu`, `0`.
    String name();

    /// What it runs on, in words, for reports.
    String description();

    /// The element type of mixed precision (`amp=true`) here: f16, bf16, or f32 where half precision gains nothing.
    DType mixedPrecision();

    /// Whether programs with activations of that type run here.
    boolean supports(DType activations);

    /// Scratch memory of this engine's kernels: the planner asks before anything runs.
    WorkspaceModel workspace();

    /// Whether the next batch is copied in while the present one is computed, for which the arena has a place.
    boolean staging();

    /// What `recompute=default` comes to: where memory is dear, what is cheap is recomputed in the backward pass.
    Recompute.Policy recompute();

    /// The persistent buffers of all programs compiled so far.
    State state();

    /// Takes all memory that these programs need together, once, before the first is compiled. Engines whose memory
    /// comes and goes with each value have nothing to do.
    ///
    /// @throws OutOfDeviceMemoryException if there is not enough of it: says what is needed, what is free and who holds
    /// the rest
    void reserve(List<Program> programs);

    /// Prepares a program to run; persistent buffers that are new begin as zeros. Where nothing was reserved, memory is
    /// taken for this program alone.
    ///
    /// @throws EngineException if an op has no kernel here, a persistent buffer exists with another size, or the
    /// program does not fit what was reserved
    Executable compile(Program program);

    /// Host memory from which inputs are copied fastest; valid until the engine is closed.
    MemorySegment hostMemory(long bytes);

    @Override
    void close();
}

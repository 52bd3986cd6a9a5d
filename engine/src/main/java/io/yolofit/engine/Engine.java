package io.yolofit.engine;

import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;

/// Runs programs on a device. One engine serves one run: its programs share the persistent buffers, by name.
///
/// An engine, its state and its executables belong to one thread at a time.
public interface Engine extends AutoCloseable {
    /// As in `device=`: `cpu`.
    String name();

    /// What it runs on, in words, for reports.
    String description();

    /// Whether the device computes in bfloat16 faster than in fp32.
    boolean supportsBf16();

    /// Scratch memory of this engine's kernels: the planner asks before anything runs.
    WorkspaceModel workspace();

    /// The persistent buffers of all programs compiled so far.
    State state();

    /// Prepares a program to run; persistent buffers that are new begin as zeros.
    ///
    /// @throws EngineException if an op has no kernel here, or a persistent buffer exists with another size
    Executable compile(Program program);

    @Override
    void close();
}

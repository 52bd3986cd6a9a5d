package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.Kernels;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.Arena;
import java.util.List;

/// What the engine and its programs share, from the reservation of the arena on.
///
/// @param pinned  host memory that callers write inputs to
/// @param staging copies of inputs to the arena's staging area
/// @param sources compiled kernels
/// @param kernels of all ops
/// @param memory  for kernel arguments in host memory; lives as long as the engine
/// @param layout  offsets of all buffers in the arena
/// @param base    address of the arena on the device
record CudaContext(CudaOptions options, Device device, Streams streams, PinnedMemory pinned, Staging staging,
        Sources sources, Kernels kernels, Arena memory, ArenaLayout layout, long base) {
    private static final long PAUSE_CYCLES = 60_000_000;

    /// @param owner for kernel arguments in host memory
    KernelContext kernel(Program program, int node, Arena owner) {
        return new KernelContext(program.graph().nodes().get(node), node, program, layout, base, device, sources,
                owner, options.ownConvolutions());
    }

    /// Keeps the main stream busy for some tens of milliseconds, so that the host can enqueue work ahead of the device.
    void pause() {
        sources.kernel("pause.cu", "pause", List.of()).block(1).grid(1).args(memory, PAUSE_CYCLES)
                .enqueue(streams.main());
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.base.NativeBundle;
import io.yolofit.base.OpenBlas;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.cpu.host.CpuFeatures;
import io.yolofit.engine.cpu.host.NativeMemory;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.bytedeco.pytorch.global.torch;

/// Runs programs on the CPU with libtorch's operators.
public final class CpuEngine implements Engine {
    /// The message where libtorch's classes or native libraries are missing.
    static final String NO_LIBTORCH = "the CPU engine needs libtorch, which this program does not contain: it runs on"
            + " GPUs only; use the package for CPUs, or add pytorch's jar for this platform";

    private static final long HOST_ALIGNMENT = 64;

    private final int threads;
    private final ForkJoinPool pool;
    private final Communicator group;
    private final Arena arena = Arena.ofShared();
    private final CpuState state = new CpuState(arena);

    /// An engine of one rank.
    ///
    /// @param threads number of threads for libtorch and for the Java kernels; 0 means all processors
    public CpuEngine(int threads) {
        this(threads, Communicator.alone());
    }

    /// An engine of a rank of a group. Its programs are run by the rank's thread.
    ///
    /// @param threads number of threads for libtorch and for the Java kernels; 0 means all processors
    /// @param group this rank's end, which the caller closes
    public CpuEngine(int threads, Communicator group) {
        this.group = group;
        if (!NativeBundle.PYTORCH.isOnClassPath()) {
            throw new EngineException(NO_LIBTORCH);
        }
        NativeBundle.PYTORCH.load();
        NativeMemory.keepFreedMemory();
        this.threads = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        torch.set_num_threads(this.threads);
        if (group.ranks() > 1) {
            OpenBlas.computeInCallersThread();
        }
        pool = new ForkJoinPool(this.threads);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "CPU, " + threads + " threads, libtorch"
                + (CpuFeatures.computeInBf16() ? ", bf16" : ", no bf16");
    }

    /// bf16 where the processor multiplies it faster than fp32.
    @Override
    public DType mixedPrecision() {
        return CpuFeatures.computeInBf16() ? DType.BF16 : DType.F32;
    }

    @Override
    public boolean supports(DType activations) {
        return activations == DType.F32 || activations == DType.BF16;
    }

    /// libtorch allocates its workspace itself; it is not part of the arena.
    @Override
    public WorkspaceModel workspace() {
        return WorkspaceModel.none();
    }

    /// Off: host memory is plentiful, and recomputation adds a seventh to the time of a step on a CPU.
    @Override
    public Recompute.Policy recompute() {
        return Recompute.Policy.OFF;
    }

    @Override
    public boolean staging() {
        return false;
    }

    @Override
    public State state() {
        return state;
    }

    /// Reserves nothing: tensors are allocated when a value is written and freed after its last reader.
    @Override
    public void reserve(List<Program> programs) {
    }

    @Override
    public MemorySegment hostMemory(long bytes) {
        return arena.allocate(bytes, HOST_ALIGNMENT);
    }

    @Override
    public Executable compile(Program program) {
        return new CpuExecutable(program, state, new Workers(pool, threads), group);
    }

    @Override
    public void close() {
        pool.close();
        arena.close();
    }
}

package io.yolofit.engine.cpu;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import java.lang.foreign.Arena;
import java.util.concurrent.ForkJoinPool;
import org.bytedeco.pytorch.global.torch;

/// Runs programs on the CPU with libtorch's operators.
public final class CpuEngine implements Engine {
    private final int threads;
    private final ForkJoinPool pool;
    private final Arena arena = Arena.ofShared();
    private final CpuState state = new CpuState(arena);

    /// @param threads for libtorch and for Java's kernels; 0 for all processors
    public CpuEngine(int threads) {
        NativeMemory.keepFreedMemory();
        this.threads = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        torch.set_num_threads(this.threads);
        pool = new ForkJoinPool(this.threads);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "CPU, " + threads + " threads, libtorch"
                + (supportsBf16() ? ", bf16" : ", no bf16");
    }

    @Override
    public boolean supportsBf16() {
        return CpuFeatures.computeInBf16();
    }

    /// libtorch keeps its scratch to itself.
    @Override
    public WorkspaceModel workspace() {
        return WorkspaceModel.none();
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public Executable compile(Program program) {
        return new CpuExecutable(program, state, new Workers(pool, threads));
    }

    @Override
    public void close() {
        pool.close();
        arena.close();
    }
}

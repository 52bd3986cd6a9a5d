package io.yolofit.engine;

import io.yolofit.engine.comm.Communicator;
import java.nio.file.Path;

/// What an engine is opened with. Each engine reads the components that concern it.
///
/// @param group       this rank's end of the group, which the caller closes
/// @param threads     of the CPU engine: number of threads for libtorch and for Java kernels; 0 means all processors
/// @param gpu         of a GPU engine: the driver's number of the GPU, from 0
/// @param groupId     of a GPU engine: what [GpuProvider#newGroupId()] returned to the group; empty for a single rank
/// @param cacheFolder of a GPU engine: folder of the compiled kernels and the tuning cache
/// @param tf32        of a GPU engine: whether convolutions in f32 may use TF32
public record EngineSettings(Communicator group, int threads, int gpu, byte[] groupId, Path cacheFolder, boolean tf32) {
    /// Settings of the CPU engine of a rank.
    public static EngineSettings cpu(Communicator group, int threads) {
        return new EngineSettings(group, threads, 0, new byte[0], Path.of(""), false);
    }

    /// Settings of the GPU engine of a rank.
    public static EngineSettings gpu(Communicator group, byte[] groupId, int gpu, Path cacheFolder, boolean tf32) {
        return new EngineSettings(group, 0, gpu, groupId, cacheFolder, tf32);
    }
}

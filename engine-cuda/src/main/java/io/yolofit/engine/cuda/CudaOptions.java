package io.yolofit.engine.cuda;

import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.graph.plan.WorkspaceModel;

/// Choices of the CUDA engine. Commands use [#DEFAULT] with the option `tf32`, tests and comparisons others.
///
/// @param candidates      most algorithms of cuDNN that the autotuner times for a convolution, or [Convolutions#OWN]
/// @param ownConvolutions whether our own convolution kernels are used; otherwise every convolution is cuDNN's
/// @param sideStream      whether weight gradients run on the side stream and overlap other work. Does not change
///                        results
/// @param overlap         how far nodes of the side stream overlap others. Does not change results
/// @param tf32            whether convolutions in f32 may use the matrix units, which round their operands to 10 bits
///                        of mantissa and sum in f32. Exact f32 makes a step of yolov8s 88 times as long as f16
public record CudaOptions(int candidates, boolean ownConvolutions, boolean sideStream,
        WorkspaceModel.Overlap overlap, boolean tf32) {
    public static final CudaOptions DEFAULT = new CudaOptions(Convolutions.CANDIDATES, true, true,
            WorkspaceModel.Overlap.BRANCHES, false);

    public CudaOptions {
        if (candidates < 0) {
            throw new IllegalArgumentException("candidates is " + candidates + ", but must not be negative");
        }
        if (candidates == Convolutions.OWN && !ownConvolutions) {
            throw new IllegalArgumentException("candidates=" + candidates
                    + " selects our own convolutions, but ownConvolutions is false: give at least one candidate");
        }
    }

    /// The same with another number of autotuner candidates, for short work on many shapes.
    public CudaOptions withCandidates(int most) {
        return new CudaOptions(most, ownConvolutions, sideStream, overlap, tf32);
    }

    /// The same with convolutions of cuDNN only.
    public CudaOptions withoutOwnConvolutions() {
        return new CudaOptions(candidates, false, sideStream, overlap, tf32);
    }

    /// The same with weight gradients on the main stream, where nothing overlaps.
    public CudaOptions withoutSideStream() {
        return new CudaOptions(candidates, ownConvolutions, false, overlap, tf32);
    }

    /// The same with or without TF32 in f32 convolutions.
    public CudaOptions withTf32(boolean allowed) {
        return new CudaOptions(candidates, ownConvolutions, sideStream, overlap, allowed);
    }

    /// The same with another overlap.
    public CudaOptions withOverlap(WorkspaceModel.Overlap other) {
        return new CudaOptions(candidates, ownConvolutions, sideStream, other, tf32);
    }
}

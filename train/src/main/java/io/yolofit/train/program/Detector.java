package io.yolofit.train.program;

import java.lang.foreign.MemorySegment;

/// Computes the predictions of batches of images: an [InferenceSession], or another implementation of a model.
public interface Detector extends AutoCloseable {
    /// Computes the predictions of a batch.
    ///
    /// @param pixels `u8[images,height,width,3]`
    InferenceSession.Output run(MemorySegment pixels, int images, int height, int width);

    /// Computes the predictions of a batch and, if the implementation can, its losses.
    ///
    /// @param targets rows of class, cx, cy, w, h, grouped by image
    /// @param offsets index of each image's first row, and the number of rows
    InferenceSession.Output run(MemorySegment pixels, int images, int height, int width, float[] targets,
            int[] offsets);

    @Override
    void close();
}

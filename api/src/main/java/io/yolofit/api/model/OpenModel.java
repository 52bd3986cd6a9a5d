package io.yolofit.api.model;

import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InputShape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A model on its device.
public interface OpenModel extends AutoCloseable {
    /// Memory for the pixels of a batch, valid until this is closed.
    MemorySegment memory(long bytes);

    /// A detector for images of up to this shape. It is closed with this.
    Detector predicting(InputShape largest);

    /// A detector that also computes losses, if the model can. It is closed with this.
    ///
    /// @param shapes   of all batches, the largest first
    /// @param capacity maximum number of objects in a batch
    Detector validating(List<InputShape> shapes, long capacity);

    @Override
    void close();
}

package io.yolofit.engine;

/// The persistent buffers: fp32 vectors that keep their contents between steps, by the names of the programs' inputs:
/// `parameters`, `statistics`, `gradients`, `moment0`, `moment1`, `ema`, `scaler`.
public interface State {
    boolean has(String buffer);

    /// Number of elements of a buffer.
    int count(String buffer);

    /// Copies values into a buffer.
    ///
    /// @param offset index of the first element to write
    void write(String buffer, long offset, float[] values);

    /// Copies a range of a buffer to the host.
    float[] read(String buffer, long offset, int count);

    default float[] read(String buffer) {
        return read(buffer, 0, count(buffer));
    }
}

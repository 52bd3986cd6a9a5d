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
    ///
    /// @param offset index of the first element to read
    /// @param into receives as many elements as it has
    void read(String buffer, long offset, float[] into);

    default float[] read(String buffer, long offset, int count) {
        float[] values = new float[count];
        read(buffer, offset, values);
        return values;
    }

    default float[] read(String buffer) {
        return read(buffer, 0, count(buffer));
    }
}

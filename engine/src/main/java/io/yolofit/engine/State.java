package io.yolofit.engine;

/// The buffers that keep their contents between steps, all fp32, by the names of the programs' inputs: `parameters`,
/// `statistics`, `gradients`, `moment0`, `moment1`, `ema`.
public interface State {
    boolean has(String buffer);

    /// Elements of a buffer.
    int count(String buffer);

    /// Copies into a buffer.
    ///
    /// @param offset first element to write
    void write(String buffer, long offset, float[] values);

    /// Copies out of a buffer.
    float[] read(String buffer, long offset, int count);

    default float[] read(String buffer) {
        return read(buffer, 0, count(buffer));
    }
}

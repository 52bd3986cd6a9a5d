package io.yolofit.graph.op;

/// Stride, padding and dilation of a convolution in pixels, the same in both directions.
///
/// @param groups number of independent convolutions that input and output channels are split into
public record Window(int stride, int padding, int dilation, int groups) {
    public Window {
        if (stride < 1 || padding < 0 || dilation < 1 || groups < 1) {
            throw new IllegalArgumentException("stride " + stride + ", padding " + padding + ", dilation " + dilation
                    + ", groups " + groups + ": stride, dilation and groups must be positive, padding not negative");
        }
    }

    public static Window of(int stride, int padding) {
        return new Window(stride, padding, 1, 1);
    }

    /// Output length for an input length and a kernel length; not positive if the kernel does not fit.
    public long extent(long input, long kernel) {
        return Math.floorDiv(input + 2L * padding - (long) dilation * (kernel - 1) - 1, stride) + 1;
    }
}

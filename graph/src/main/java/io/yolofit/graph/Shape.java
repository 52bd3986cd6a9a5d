package io.yolofit.graph;

import java.util.Arrays;

/// Lengths of a tensor's dimensions. Images and activations are `[N,H,W,C]`, convolution weights `[K,R,S,C/groups]`
/// (output channels, kernel height, kernel width, input channels); all other tensors are one-dimensional, or their
/// dimensions are documented at the op that uses them.
public record Shape(long... dims) {
    public Shape {
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
            }
        }
        dims = dims.clone();
    }

    public static Shape of(long... dims) {
        return new Shape(dims);
    }

    @Override
    public long[] dims() {
        return dims.clone();
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    /// The last dimension: channels of an activation.
    public long channels() {
        return dims[dims.length - 1];
    }

    /// Number of elements; 1 for a scalar.
    public long count() {
        long count = 1;
        for (long dim : dims) {
            count = Math.multiplyExact(count, dim);
        }
        return count;
    }

    /// This shape with another length of the last dimension.
    public Shape withChannels(long channels) {
        long[] changed = dims.clone();
        changed[changed.length - 1] = channels;
        return new Shape(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(dims, that.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /// `[16,80,80,128]`.
    @Override
    public String toString() {
        return Arrays.toString(dims).replace(" ", "");
    }
}

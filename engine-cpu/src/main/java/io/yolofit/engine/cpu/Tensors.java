package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// Conversions between libtorch tensors and memory segments. A four-dimensional value `[N,H,W,C]` of the graph is a
/// tensor of logical shape `[N,C,H,W]` with channels-last strides, which is the same memory; weights `[K,R,S,C]`
/// likewise.
final class Tensors {
    /// Index of the channel dimension of a tensor.
    static final int CHANNELS = 1;

    private Tensors() {
    }

    static torch.ScalarType scalarType(DType dtype) {
        return switch (dtype) {
            case F32 -> torch.ScalarType.Float;
            case F16 -> torch.ScalarType.Half;
            case BF16 -> torch.ScalarType.BFloat16;
            case U8 -> torch.ScalarType.Byte;
            case I32 -> torch.ScalarType.Int;
        };
    }

    /// A tensor over memory that it does not own.
    static Tensor over(MemorySegment memory, TensorType type) {
        Pointer pointer = new Address(memory.address());
        return torch.from_blob(pointer, logicalSizes(type.shape()), logicalStrides(type.shape()),
                new TensorOptions(scalarType(type.dtype())));
    }

    /// A view of `shape` into a flat tensor, from element `offset` on.
    static Tensor view(Tensor flat, long offset, Shape shape) {
        return flat.narrow(0, offset, shape.count()).as_strided(logicalSizes(shape), logicalStrides(shape));
    }

    static long[] logicalSizes(Shape shape) {
        return shape.rank() == 4 ? new long[] {shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)} : shape.dims();
    }

    /// Strides, in elements, of a packed value.
    static long[] logicalStrides(Shape shape) {
        if (shape.rank() == 4) {
            long channels = shape.dim(3);
            long width = shape.dim(2);
            return new long[] {shape.dim(1) * width * channels, 1, width * channels, channels};
        }
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.dim(i);
        }
        return strides;
    }

    /// The memory of a tensor whose strides are those of a packed value.
    @SuppressWarnings("restricted")
    static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(address(tensor)).reinterpret(tensor.nbytes());
    }

    /// Address of a tensor's first element; 0 if it has no elements.
    static long address(Tensor tensor) {
        Pointer data = tensor.data_ptr();
        return data == null ? 0 : data.address();
    }

    /// The tensor itself if it is packed in NHWC order, else a packed copy.
    static Tensor packed(Tensor tensor) {
        return tensor.dim() == 4 ? tensor.contiguous(torch.MemoryFormat.ChannelsLast) : tensor.contiguous();
    }

    /// An uninitialized packed tensor.
    static Tensor empty(TensorType type) {
        return torch.empty_strided(logicalSizes(type.shape()), logicalStrides(type.shape()),
                new TensorOptions(scalarType(type.dtype())));
    }

    /// A pointer to a given address.
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}

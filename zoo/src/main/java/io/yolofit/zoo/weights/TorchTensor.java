package io.yolofit.zoo.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A tensor of a checkpoint: a strided view (in elements) of a storage. The constructor functions check that every
/// element is inside the storage, and that there are no more elements than the storage has.
record TorchTensor(Storage storage, long offset, long[] shape, long[] strides) {
    private static final int MAX_RANK = 64;

    /// A storage: `elements` elements in the archive's entry `data/<key>`.
    record Storage(ElementType type, String key, long elements) {

        /// From a persistent id of a pickle: `('storage', torch.FloatStorage, '0', 'cpu', 432)`.
        static Storage of(Object id, PickleInput in) {
            if (id instanceof Pickled.Tuple tuple && tuple.size() == 5 && "storage".equals(tuple.get(0))
                    && tuple.get(1) instanceof Pickled.Symbol type && tuple.get(2) instanceof String key
                    && tuple.get(4) instanceof Long elements && elements >= 0) {
                return new Storage(elementType(type, in), key, elements);
            }
            throw in.damaged("a persistent id is not ('storage', type, key, device, elements)");
        }

        private static ElementType elementType(Pickled.Symbol type, PickleInput in) {
            return switch (type.qualifiedName()) {
                case "torch.FloatStorage" -> ElementType.F32;
                case "torch.HalfStorage" -> ElementType.F16;
                case "torch.BFloat16Storage" -> ElementType.BF16;
                case "torch.DoubleStorage" -> ElementType.F64;
                case "torch.LongStorage" -> ElementType.I64;
                case "torch.IntStorage" -> ElementType.I32;
                case "torch.ShortStorage" -> ElementType.I16;
                case "torch.CharStorage" -> ElementType.I8;
                case "torch.ByteStorage" -> ElementType.U8;
                case "torch.BoolStorage" -> ElementType.BOOL;
                default -> throw in.refused("the storage type " + type + " is not known");
            };
        }

        /// Bytes of the storage; an `ArithmeticException` if they do not fit a long.
        long byteSize() {
            return type.byteSize(elements);
        }
    }

    /// From the arguments of PyTorch's `_rebuild_tensor_v2`: storage, offset, shape, strides, and further ones that are
    /// not needed.
    static TorchTensor rebuild(Pickled.Tuple arguments, PickleInput in) {
        if (arguments.size() < 4 || !(arguments.get(0) instanceof Storage storage)
                || !(arguments.get(1) instanceof Long offset) || !(arguments.get(2) instanceof Pickled.Tuple shape)
                || !(arguments.get(3) instanceof Pickled.Tuple strides)) {
            throw in.damaged("a tensor is not described by storage, offset, shape and strides");
        }
        TorchTensor tensor = new TorchTensor(storage, offset, counts(shape.items(), in), counts(strides.items(), in));
        if (offset < 0 || tensor.shape.length != tensor.strides.length || !tensor.isInsideStorage()) {
            throw in.damaged("%s is not inside its storage '%s' of %d elements".formatted(
                    tensor, storage.key(), storage.elements()));
        }
        return tensor;
    }

    private static long[] counts(List<Object> values, PickleInput in) {
        if (values.size() > MAX_RANK) {
            throw in.damaged("a tensor has %d dimensions; at most %d are read".formatted(values.size(), MAX_RANK));
        }
        return values.stream().mapToLong(value -> {
            if (value instanceof Long count && count >= 0) {
                return count;
            }
            throw in.damaged("a tensor's shape or stride holds " + (value instanceof Long ? value : "something")
                    + ", which is not a count");
        }).toArray();
    }

    private boolean isInsideStorage() {
        try {
            long count = ElementType.elementCount(shape);
            long last = offset;
            for (int i = 0; i < shape.length && count > 0; i++) {
                last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
            }
            storage.byteSize();
            return count == 0 ? offset <= storage.elements() : last < storage.elements() && count <= storage.elements();
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    /// Bytes of the elements, at most those of the storage.
    long byteSize() {
        return storage.type().byteSize(shape);
    }

    boolean isContiguous() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    /// The tensor's elements, given those of its storage: a slice if contiguous, otherwise a contiguous copy.
    TensorData read(MemorySegment elements) {
        int width = storage.type().bytes();
        long bytes = byteSize();
        if (bytes == 0 || isContiguous()) {
            return new TensorData(storage.type(), shape, elements.asSlice(bytes == 0 ? 0 : offset * width, bytes));
        }
        MemorySegment copy = Arena.ofAuto().allocate(bytes, Long.BYTES);
        long[] index = new long[shape.length];
        long from = offset;
        for (long to = 0; to < bytes; to += width) {
            MemorySegment.copy(elements, from * width, copy, to, width);
            from = advance(index, from);
        }
        return new TensorData(storage.type(), shape, copy);
    }

    /// Advances `index` to the next element in row-major order; returns its storage position, given the current one.
    private long advance(long[] index, long from) {
        long at = from;
        for (int i = index.length - 1; i >= 0; i--) {
            if (++index[i] < shape[i]) {
                return at + strides[i];
            }
            index[i] = 0;
            at -= (shape[i] - 1) * strides[i];
        }
        return at;
    }

    @Override
    public String toString() {
        return "%s %s with strides %s and offset %d".formatted(
                storage.type(), Arrays.toString(shape), Arrays.toString(strides), offset);
    }
}

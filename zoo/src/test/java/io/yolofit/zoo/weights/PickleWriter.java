package io.yolofit.zoo.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Writes pickles opcode by opcode, in protocol 2 by default. Tests can also write pickles that Python never writes.
final class PickleWriter {

    /// A tensor over the storage `data/<key>`; `storageType` is PyTorch's name, such as `FloatStorage`.
    record Tensor(String storageType, String key, long elements, long offset, long[] shape, long[] strides) {
        static Tensor contiguous(String storageType, String key, long... shape) {
            long[] strides = new long[shape.length];
            long elements = 1;
            for (int i = shape.length - 1; i >= 0; i--) {
                strides[i] = elements;
                elements *= shape[i];
            }
            return new Tensor(storageType, key, elements, 0, shape, strides);
        }
    }

    /// An instance, written as NEWOBJ and BUILD.
    record Instance(String module, String name, Map<String, Object> state) { }

    /// A call of a global, written as REDUCE.
    record Call(String module, String name, Object... arguments) { }

    record Tuple(Object... items) { }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        this(2);
    }

    PickleWriter(int protocol) {
        bytes(0x80, protocol);
    }

    /// The pickle of one value.
    static byte[] pickle(Object value) {
        return new PickleWriter().value(value).stop();
    }

    byte[] stop() {
        return op('.').out.toByteArray();
    }

    /// The bytes written so far, without an end.
    byte[] unfinished() {
        return out.toByteArray();
    }

    PickleWriter op(int opcode) {
        out.write(opcode);
        return this;
    }

    PickleWriter bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    PickleWriter int32(long value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
        return this;
    }

    PickleWriter int64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        return this;
    }

    PickleWriter raw(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X').int32(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    PickleWriter global(String module, String name) {
        return op('c').raw(module + "\n" + name + "\n");
    }

    PickleWriter value(Object value) {
        switch (value) {
            case null -> op('N');
            case Boolean flag -> op(flag ? 0x88 : 0x89);
            case Integer number -> op('J').int32(number);
            case Long number -> bytes(0x8a, Long.BYTES).int64(number);
            case Double number -> op('G').int64(Long.reverseBytes(Double.doubleToRawLongBits(number)));
            case String text -> text(text);
            case List<?> list -> sequence(op(']').op('('), list).op('e');
            case Map<?, ?> map -> {
                op('}').op('(');
                map.forEach((key, item) -> value(key).value(item));
                op('u');
            }
            case Tuple tuple -> sequence(op('('), Arrays.asList(tuple.items())).op('t');
            case Call call -> global(call.module(), call.name()).value(new Tuple(call.arguments())).op('R');
            case Instance instance -> global(instance.module(), instance.name()).op(')').op(0x81)
                    .value(instance.state()).op('b');
            case Tensor tensor -> tensor(tensor);
            default -> throw new IllegalArgumentException("cannot pickle " + value.getClass());
        }
        return this;
    }

    private PickleWriter sequence(PickleWriter opened, List<?> items) {
        items.forEach(opened::value);
        return opened;
    }

    private void tensor(Tensor tensor) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage").global("torch", tensor.storageType()).text(tensor.key()).text("cpu")
                .value(tensor.elements()).op('t').op('Q');
        value(tensor.offset()).value(tuple(tensor.shape())).value(tuple(tensor.strides()));
        value(false).value(new Call("collections", "OrderedDict")).op('t').op('R');
    }

    private static Tuple tuple(long[] numbers) {
        return new Tuple(Arrays.stream(numbers).boxed().toArray());
    }
}

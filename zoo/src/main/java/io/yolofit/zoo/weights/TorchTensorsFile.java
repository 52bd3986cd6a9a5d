package io.yolofit.zoo.weights;

import io.yolofit.base.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes tensors as a `.pt` file that PyTorch reads with `torch.load(path, weights_only=True)`: a state dict, in the
/// format that the package documents, the inverse of [TorchFile].
///
/// The pickle, of protocol 2, is an `OrderedDict` of calls of `torch._utils._rebuild_tensor_v2`, each over a storage of
/// its own. Storages start at multiples of 64 bytes, as PyTorch writes them, so that they can be mapped.
public final class TorchTensorsFile {
    private static final String ROOT = "archive/";
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int EXTRA_HEADER = 4;
    private static final int PADDING_ID = 0x4246; // "FB", as PyTorch writes it
    private static final int COPIED_BYTES = 1 << 20;

    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

    private TorchTensorsFile() {
    }

    /// Writes a file atomically. Metadata is not written.
    ///
    /// @throws WeightsException if the file cannot be written, or PyTorch has no type for a tensor
    public static void write(Path file, Weights weights) {
        byte[] pickle = new TorchTensorsFile().pickle(weights, file);
        WeightsOutput.write(file, pickle.length + weights.byteSize(), sink -> {
            try (var zip = new Zip(sink)) {
                zip.entry("data.pkl", pickle);
                zip.entry("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
                int key = 0;
                for (TensorData tensor : weights.tensors().values()) {
                    zip.entry("data/" + key++, tensor);
                }
                zip.entry("version", "3\n".getBytes(StandardCharsets.US_ASCII));
            }
        }, AtomicFile::createOnDisk);
    }

    private byte[] pickle(Weights weights, Path file) {
        op(0x80, 2); // PROTO
        global("collections", "OrderedDict");
        op(')', 'R', '('); // EMPTY_TUPLE, REDUCE, MARK
        int key = 0;
        for (Map.Entry<String, TensorData> named : weights.tensors().entrySet()) {
            text(named.getKey());
            tensor(named.getValue(), key++, storage(named.getValue().type(), file));
        }
        op('u', '.'); // SETITEMS, STOP
        return pickle.toByteArray();
    }

    private void tensor(TensorData tensor, int key, String storage) {
        global("torch._utils", "_rebuild_tensor_v2");
        op('(', '('); // the arguments, of which the first is the persistent identifier of a storage
        text("storage");
        global("torch", storage);
        text(Integer.toString(key));
        text("cpu");
        number(tensor.elementCount());
        op('t', 'Q'); // TUPLE, BINPERSID
        number(0);
        long[] shape = tensor.shape();
        long[] strides = shape.clone();
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape[i]);
        }
        tuple(shape);
        tuple(strides);
        op(0x89); // False: no gradient
        global("collections", "OrderedDict");
        op(')', 'R', 't', 'R');
    }

    /// PyTorch's name of a storage.
    private static String storage(ElementType type, Path file) {
        return switch (type) {
            case F64 -> "DoubleStorage";
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            case I64 -> "LongStorage";
            case I32 -> "IntStorage";
            case I16 -> "ShortStorage";
            case I8 -> "CharStorage";
            case U8 -> "ByteStorage";
            case BOOL -> "BoolStorage";
            case U64, U32, U16 -> throw new WeightsException("PyTorch has no storage of " + type, file.toString(),
                    "give format=safetensors");
        };
    }

    private void op(int... codes) {
        for (int code : codes) {
            pickle.write(code);
        }
    }

    private void global(String module, String name) {
        op('c');
        pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X'); // BINUNICODE
        pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length)
                .array());
        pickle.writeBytes(utf8);
    }

    private void number(long number) {
        if (number == (int) number) {
            op('J'); // BININT
            pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt((int) number)
                    .array());
        } else {
            op(0x8a, Long.BYTES); // LONG1
            pickle.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
        }
    }

    private void tuple(long[] numbers) {
        op('(');
        for (long number : numbers) {
            number(number);
        }
        op('t');
    }

    /// A zip of stored entries.
    private static final class Zip implements AutoCloseable {
        private final Counted out;
        private final ZipOutputStream zip;

        Zip(AtomicFile.Sink sink) {
            out = new Counted(sink);
            zip = new ZipOutputStream(out);
        }

        void entry(String name, byte[] content) throws IOException {
            entry(name, new TensorData(ElementType.U8, new long[] {content.length},
                    MemorySegment.ofArray(content)));
        }

        void entry(String name, TensorData content) throws IOException {
            var entry = new ZipEntry(ROOT + name);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.byteSize());
            entry.setCrc(checksum(content));
            entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
            entry.setExtra(padding(out.position + LOCAL_HEADER + ROOT.length() + name.length()));
            zip.putNextEntry(entry);
            for (long at = 0; at < content.byteSize(); at += COPIED_BYTES) {
                zip.write(part(content, at));
            }
            zip.closeEntry();
            zip.flush();
        }

        /// An extra field after which the content is aligned.
        private static byte[] padding(long position) {
            int bytes = (int) (ALIGNMENT - (position + EXTRA_HEADER) % ALIGNMENT) % ALIGNMENT;
            return ByteBuffer.allocate(EXTRA_HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) PADDING_ID).putShort((short) bytes).array();
        }

        private static long checksum(TensorData content) {
            var checksum = new CRC32();
            for (long at = 0; at < content.byteSize(); at += COPIED_BYTES) {
                checksum.update(part(content, at));
            }
            return checksum.getValue();
        }

        private static byte[] part(TensorData content, long at) {
            return content.data().asSlice(at, Math.min(COPIED_BYTES, content.byteSize() - at))
                    .toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    /// Bytes for a sink, which closes the file itself.
    private static final class Counted extends OutputStream {
        private final AtomicFile.Sink sink;
        private long position;

        Counted(AtomicFile.Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sink.write(ByteBuffer.wrap(bytes, offset, length));
            position += length;
        }
    }
}

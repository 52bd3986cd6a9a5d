package io.yolofit.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The zip archive of a PyTorch checkpoint. Entries must be stored, not compressed, have distinct names, and together
/// be no larger than the file, so no archive unpacks to more than its own size. Checksums are verified.
final class TorchArchive implements Closeable {
    private static final String PICKLE = "/data.pkl";
    private static final String DAMAGED = "copy or download the checkpoint again: it is damaged";
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SHOWN_ENTRIES = 5;

    private final Path file;
    private final ZipFile zip;
    private final long size;
    private final SequencedMap<String, ZipEntry> entries;
    private final String root;
    private final boolean bigEndian;
    private final Map<TorchTensor.Storage, MemorySegment> storages = new HashMap<>();

    private TorchArchive(Path file, ZipFile zip) throws IOException {
        this.file = file;
        this.zip = zip;
        this.size = Files.size(file);
        this.entries = checkedEntries();
        this.root = root();
        this.bigEndian = isBigEndian();
    }

    static TorchArchive open(Path file) throws IOException {
        requireZip(file);
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException | IllegalArgumentException damaged) {
            throw new WeightsException("the zip archive cannot be opened (%s); the file has %d bytes".formatted(
                    damaged.getMessage(), Files.size(file)), file.toString(), DAMAGED, damaged);
        }
        try {
            return new TorchArchive(file, zip);
        } catch (RuntimeException | IOException refused) {
            zip.close();
            throw refused;
        }
    }

    private static void requireZip(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(4);
        }
        if (start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
            return;
        }
        if (start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2) {
            throw new WeightsException("this is a pickle without a zip, as PyTorch before 1.6 wrote it",
                    file.toString(),
                    "save it again if you trust it: torch.save(torch.load(f, weights_only=False), g)");
        }
        throw new WeightsException("this is not a PyTorch checkpoint: it does not start like a zip archive",
                file.toString(), "check the path, and that the download was not an error page");
    }

    private SequencedMap<String, ZipEntry> checkedEntries() {
        SequencedMap<String, ZipEntry> checked = new LinkedHashMap<>();
        long left = size;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (checked.put(entry.getName(), entry) != null) {
                throw error("the entry occurs twice, so which one counts is ambiguous", entry.getName());
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw new WeightsException("the entry is compressed (%d bytes from %d), which PyTorch never does"
                        .formatted(entry.getSize(), entry.getCompressedSize()), place(entry.getName()),
                        "save the checkpoint again with torch.save, or repack it with zip -0");
            }
            if (entry.getSize() < 0 || entry.getSize() > left) {
                throw error("the entry claims %d bytes, but the other entries leave only %d of the file".formatted(
                        entry.getSize(), left), entry.getName());
            }
            left -= entry.getSize();
        }
        return checked;
    }

    private String root() {
        List<String> pickles = entries.sequencedKeySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
        String shown = String.join(", ", entries.sequencedKeySet().stream().limit(SHOWN_ENTRIES).toList());
        if (pickles.isEmpty()) {
            throw new WeightsException("the archive has no data.pkl; it starts with: " + shown, file.toString(),
                    "check that this is a checkpoint written by torch.save");
        }
        String candidate = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        if (entries.containsKey(candidate + "/constants.pkl")) {
            throw new WeightsException("this is a TorchScript export, which holds code and no training checkpoint",
                    file.toString(), "give the .pt that the training wrote (best.pt or last.pt)");
        }
        if (pickles.size() > 1) {
            throw error("the archive has %d entries data.pkl: %s".formatted(pickles.size(), pickles), candidate);
        }
        return candidate;
    }

    private boolean isBigEndian() throws IOException {
        String name = root + "/byteorder";
        if (!entries.containsKey(name)) {
            return false; // PyTorch before 2.1 wrote no byte order; in practice little-endian
        }
        byte[] bytes = read(name, CHUNK_BYTES);
        String order = new String(bytes, StandardCharsets.US_ASCII);
        return switch (order) {
            case "little" -> false;
            case "big" -> true;
            default -> throw error("the byte order is neither 'little' nor 'big' but %d other bytes".formatted(
                    bytes.length), name);
        };
    }

    /// Bytes of the file, an upper bound of all entries together.
    long size() {
        return size;
    }

    /// Name of the entry that contains the pickle.
    String pickleName() {
        return root + PICKLE;
    }

    /// An entry of at most `limit` bytes.
    byte[] read(String name, int limit) throws IOException {
        ZipEntry entry = require(name);
        if (entry.getSize() > limit) {
            throw error("the entry has %d bytes; at most %d are read".formatted(entry.getSize(), limit), name);
        }
        byte[] bytes = new byte[(int) entry.getSize()];
        readInto(entry, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /// The little-endian elements of a storage. It is read once and shared by the tensors that view it.
    MemorySegment storage(TorchTensor.Storage storage) throws IOException {
        MemorySegment known = storages.get(storage);
        if (known != null) {
            return known;
        }
        ZipEntry entry = require(root + "/data/" + storage.key());
        if (entry.getSize() != storage.byteSize()) {
            throw error("the storage has %d bytes, but %d elements of %s need %d".formatted(entry.getSize(),
                    storage.elements(), storage.type(), storage.byteSize()), entry.getName());
        }
        MemorySegment elements = Arena.ofAuto().allocate(entry.getSize(), Long.BYTES);
        readInto(entry, elements);
        if (bigEndian) {
            swapBytes(elements, storage.type().bytes());
        }
        storages.put(storage, elements);
        return elements;
    }

    private void readInto(ZipEntry entry, MemorySegment target) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] chunk = new byte[CHUNK_BYTES];
        long at = 0;
        try (InputStream in = zip.getInputStream(entry)) {
            while (at < target.byteSize()) {
                int count = in.read(chunk, 0, (int) Math.min(CHUNK_BYTES, target.byteSize() - at));
                if (count < 0) {
                    throw error("the entry ends after %d of %d bytes".formatted(at, target.byteSize()),
                            entry.getName());
                }
                checksum.update(chunk, 0, count);
                MemorySegment.copy(chunk, 0, target, ValueLayout.JAVA_BYTE, at, count);
                at += count;
            }
        }
        if (checksum.getValue() != entry.getCrc()) {
            throw error("the entry's checksum is %08x, but the archive states %08x".formatted(
                    checksum.getValue(), entry.getCrc()), entry.getName());
        }
    }

    private static void swapBytes(MemorySegment elements, int width) {
        for (long at = 0; at < elements.byteSize(); at += width) {
            for (int low = 0, high = width - 1; low < high; low++, high--) {
                byte first = elements.get(ValueLayout.JAVA_BYTE, at + low);
                elements.set(ValueLayout.JAVA_BYTE, at + low, elements.get(ValueLayout.JAVA_BYTE, at + high));
                elements.set(ValueLayout.JAVA_BYTE, at + high, first);
            }
        }
    }

    private ZipEntry require(String name) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw error("the archive has no such entry", name);
        }
        return entry;
    }

    String place(String entry) {
        return file + ", entry " + entry;
    }

    private WeightsException error(String problem, String entry) {
        return new WeightsException(problem, place(entry), DAMAGED);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}

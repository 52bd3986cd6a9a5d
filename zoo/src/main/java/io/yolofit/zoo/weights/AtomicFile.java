package io.yolofit.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Replaces a file atomically: after a crash, a power cut or a full disk, the file has either its old or its new
/// content.
///
/// The content is written to a hidden file in the same folder, forced to disk, and renamed to the target; then the
/// folder is forced too, so that the rename is durable. On failure the hidden file is removed. A symbolic link at the
/// target is replaced by the file. Readers that have the old file open keep reading it.
public final class AtomicFile {

    /// Destination of bytes; tests substitute a disk without space.
    interface Sink extends Closeable {
        void write(ByteBuffer bytes) throws IOException;

        /// Waits until all written bytes are on disk.
        void force() throws IOException;
    }

    @FunctionalInterface
    interface Opener {
        /// Opens a file that must not exist yet.
        Sink create(Path temporary) throws IOException;
    }

    @FunctionalInterface
    interface Content {
        void writeTo(Sink sink) throws IOException;
    }

    private record ChannelSink(FileChannel channel) implements Sink {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private AtomicFile() { }

    /// Writes a whole file.
    ///
    /// @throws WeightsException if it cannot be written
    public static void write(Path target, byte[] content) {
        replace(target, content.length, sink -> sink.write(ByteBuffer.wrap(content)), AtomicFile::createOnDisk);
    }

    static Sink createOnDisk(Path temporary) throws IOException {
        return new ChannelSink(FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /// Writes `content` of `bytes` bytes to `target`.
    static void replace(Path target, long bytes, Content content, Opener opener) {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new WeightsException("the folder " + folder + " does not exist", target.toString(),
                    "create the folder, or write somewhere else");
        }
        Path temporary = folder.resolve("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        boolean inPlace = false;
        try {
            try (Sink sink = opener.create(temporary)) {
                content.writeTo(sink);
                sink.force();
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            inPlace = true;
        } catch (IOException failure) {
            throw new WeightsException("could not write %d bytes (%s); %s".formatted(bytes, failure, freeSpace(folder)),
                    target.toString(), "check the space and the permissions of " + folder + ", or write elsewhere; "
                    + (Files.exists(absolute) ? "the previous file is untouched" : "no file was written"), failure);
        } finally {
            if (!inPlace) {
                remove(temporary);
            }
        }
        forceFolder(folder);
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException unremovable) {
            // An exception from a finally block would hide the original one; the hidden file remains.
            return;
        }
    }

    private static String freeSpace(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() + " bytes are free there";
        } catch (IOException unknown) {
            return "the free space there is unknown (" + unknown + ")";
        }
    }

    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // Windows and some network disks cannot open a folder; the file itself is complete and in place.
            return;
        }
    }
}

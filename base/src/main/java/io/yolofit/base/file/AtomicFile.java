package io.yolofit.base.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Replaces a file atomically: a reader sees the old or the new content. Readers that have the old file open keep
/// reading it. A symbolic link at the target is replaced by the file.
///
/// The content is written to another file in the same folder, which must exist, and renamed to the target. On failure
/// that file is removed. [#write] also survives a power cut: it forces the content to disk before the rename, and the
/// folder after it, so that the rename is durable. The others do not wait for the disk.
public final class AtomicFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    /// Destination of bytes; tests substitute a disk without space.
    public interface Sink extends Closeable {
        void write(ByteBuffer bytes) throws IOException;

        /// Waits until all written bytes are on disk.
        void force() throws IOException;
    }

    @FunctionalInterface
    public interface Opener {
        /// Opens a file that must not exist yet.
        Sink create(Path temporary) throws IOException;
    }

    @FunctionalInterface
    public interface Content {
        void writeTo(Sink sink) throws IOException;
    }

    @FunctionalInterface
    public interface Draft {
        /// Writes the content to a file that exists and is empty.
        void writeTo(Path draft) throws IOException;
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

    /// Deletes the temporary files in a folder that [#write] and [#replace] left when their process was killed. No
    /// process may be writing there.
    public static void deleteTemporaries(Path folder) throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> TEMPORARY.matcher(file.getFileName().toString()).matches()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }

    public static Sink createOnDisk(Path temporary) throws IOException {
        return new ChannelSink(FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /// Replaces a file durably: after a crash, a power cut or a full disk, it has either its old or its new content.
    public static void write(Path target, Content content, Opener opener) throws IOException {
        Path temporary = temporary(target);
        moved(temporary, target, () -> {
            try (Sink sink = opener.create(temporary)) {
                content.writeTo(sink);
                sink.force();
            }
        });
        forceFolder(folder(target));
    }

    /// Replaces a file. The umask determines who can read it.
    public static void replace(Path target, Draft draft) throws IOException {
        Path temporary = temporary(target);
        moved(temporary, target, () -> draft.writeTo(Files.createFile(temporary)));
    }

    /// Replaces a file, such as one of a cache, that only its owner can read.
    public static void replacePrivate(Path target, Draft draft) throws IOException {
        Path temporary = Files.createTempFile(folder(target), target.getFileName().toString(), ".draft");
        moved(temporary, target, () -> draft.writeTo(temporary));
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    /// The rename is atomic, and possible on every file system, because both files are in one folder.
    private static void moved(Path temporary, Path target, Writing writing) throws IOException {
        boolean inPlace = false;
        try {
            writing.run();
            Files.move(temporary, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            inPlace = true;
        } finally {
            if (!inPlace) {
                remove(temporary);
            }
        }
    }

    private static Path folder(Path target) {
        return target.toAbsolutePath().getParent();
    }

    private static Path temporary(Path target) {
        return folder(target).resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException unremovable) {
            // An exception from a finally block would hide the original one; the temporary file remains.
            return;
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

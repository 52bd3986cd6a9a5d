package io.yolofit.zoo.weights;

import io.yolofit.base.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes files of weights with [AtomicFile]. Failures say how many bytes were needed and are free, and whether the
/// previous file is still there.
public final class WeightsOutput {
    private WeightsOutput() { }

    /// Writes a whole file.
    ///
    /// @throws WeightsException if it cannot be written
    public static void write(Path target, byte[] content) {
        write(target, content.length, sink -> sink.write(ByteBuffer.wrap(content)), AtomicFile::createOnDisk);
    }

    /// Writes `content` of `bytes` bytes to `target`.
    static void write(Path target, long bytes, AtomicFile.Content content, AtomicFile.Opener opener) {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new WeightsException("the folder " + folder + " does not exist", target.toString(),
                    "create the folder, or write somewhere else");
        }
        try {
            AtomicFile.write(absolute, content, opener);
        } catch (IOException failure) {
            throw new WeightsException("could not write %d bytes (%s); %s".formatted(bytes, failure, freeSpace(folder)),
                    target.toString(), "check the space and the permissions of " + folder + ", or write elsewhere; "
                    + (Files.exists(absolute) ? "the previous file is untouched" : "no file was written"), failure);
        }
    }

    private static String freeSpace(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() + " bytes are free there";
        } catch (IOException unknown) {
            return "the free space there is unknown (" + unknown + ")";
        }
    }
}

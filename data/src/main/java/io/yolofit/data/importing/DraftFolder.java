package io.yolofit.data.importing;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A folder that is written next to its place and renamed to it when it is complete, so that a failure leaves nothing
/// half-written.
///
/// A folder that exists and has files is refused, unless it may be reused: then the parts that an earlier import or
/// export has written (its [#MARKER] is there) are replaced, and other files stay.
final class DraftFolder implements AutoCloseable {
    /// The report that every import and export writes into its folder.
    static final String MARKER = "report.json";

    private final Path target;
    private final Path draft;

    private DraftFolder(Path target, Path draft) {
        this.target = target;
        this.draft = draft;
    }

    /// Throws [DatasetException] if the folder is in use.
    ///
    /// @param reuse   whether an existing folder may be written to (option `exist_ok`)
    /// @param sources files and folders that must not be inside the target
    static DraftFolder open(Path output, boolean reuse, List<Path> sources) throws IOException {
        Path target = output.toAbsolutePath().normalize();
        requireFree(output, target, reuse, sources);
        Files.createDirectories(target.getParent());
        return new DraftFolder(target, Files.createDirectory(target.resolveSibling(".%s-draft-%d-%d".formatted(
                target.getFileName(), ProcessHandle.current().pid(), System.nanoTime()))));
    }

    static void requireFree(Path output, Path target, boolean reuse, List<Path> sources) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new DatasetException(Failure.naming("output=" + output, "output=%s is a file".formatted(output),
                    "give a folder"));
        }
        Path real = real(target);
        for (Path source : sources) {
            if (Files.isDirectory(source) && real.startsWith(real(source))) {
                throw new DatasetException(Failure.naming("output=" + output,
                        "output=%s is in the source %s, which is never changed".formatted(output, source),
                        "give a folder outside"));
            }
            if (source.toAbsolutePath().normalize().startsWith(target) || real(source).startsWith(real)) {
                throw new DatasetException(Failure.naming("output=" + output,
                        "output=%s has the source %s in it, which is never changed: give another one".formatted(output,
                                source), "give another one"));
            }
        }
        if (!reuse && !entries(target).isEmpty()) {
            throw new DatasetException(Failure.naming("output=" + output, "output=%s is not empty".formatted(output),
                    "give a new folder, or exist_ok=true to write there"));
        }
    }

    /// The path with links resolved as far as it exists.
    private static Path real(Path path) throws IOException {
        Path whole = path.toAbsolutePath().normalize();
        Path existing = whole;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing.toRealPath().resolve(existing.relativize(whole)).normalize();
    }

    Path path() {
        return draft;
    }

    /// Moves the complete folder to its place.
    void commit() throws IOException {
        if (entries(target).isEmpty()) {
            Files.deleteIfExists(target);
            Files.move(draft, target);
            return;
        }
        boolean ours = Files.exists(target.resolve(MARKER));
        List<Path> parts = entries(draft);
        for (Path part : parts) {
            Path place = target.resolve(part.getFileName());
            if (Files.exists(place) && !ours) {
                throw new DatasetException(Failure.naming(place, place
                        + " exists, and was not written by an import or export: move it, or give another output=",
                        "move it, or give another output="));
            }
        }
        Path former = Files.createDirectory(draft.resolve("former"));
        for (Path part : parts) {
            Path place = target.resolve(part.getFileName());
            if (Files.exists(place)) {
                Files.move(place, former.resolve(part.getFileName()));
            }
            Files.move(part, place);
        }
    }

    /// Removes the draft, if it was not moved.
    @Override
    public void close() throws IOException {
        if (!Files.exists(draft)) {
            return;
        }
        Files.walkFileTree(draft, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.sorted().toList());
        }
    }
}

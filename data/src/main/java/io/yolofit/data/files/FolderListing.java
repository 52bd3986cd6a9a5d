package io.yolofit.data.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The names of the files and folders in one folder, sorted.
///
/// @param names file names, with their bytes
public record FolderListing(Path folder, Set<Path> names) {

    public static FolderListing of(Path folder) throws IOException {
        Set<Path> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.add(entry.getFileName()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new FolderListing(folder, names);
    }

    /// A folder without entries.
    public static FolderListing empty(Path folder) {
        return new FolderListing(folder, new HashSet<>());
    }

    /// The entries whose names equal the given one up to case and Unicode normalization.
    private Stream<Path> similar(String name) {
        String key = FileNames.key(name);
        return names.stream().filter(entry -> FileNames.key(entry.toString()).equals(key)).map(folder::resolve);
    }

    /// The path itself if it exists; otherwise the only existing one that differs from it in case or Unicode
    /// normalization, below its deepest existing folder or a similar sibling of that folder.
    public static Optional<Path> findExisting(Path path) {
        if (Files.exists(path)) {
            return Optional.of(path);
        }
        Path existing = path.getParent();
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        if (existing == null) {
            return Optional.empty();
        }
        List<Path> found = Stream.concat(Stream.of(existing), similarTo(existing)).distinct().toList();
        for (Path name : existing.relativize(path)) {
            found = found.stream().flatMap(folder -> similarIn(folder, name)).toList();
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static Stream<Path> similarTo(Path folder) {
        return folder.getParent() == null ? Stream.empty()
                : similarIn(folder.getParent(), folder.getFileName()).filter(Files::isDirectory);
    }

    private static Stream<Path> similarIn(Path folder, Path name) {
        try {
            return Files.isDirectory(folder) ? of(folder).similar(name.toString()) : Stream.empty();
        } catch (IOException e) { // a folder that cannot be listed: the caller reports the path as missing
            return Stream.empty();
        }
    }
}

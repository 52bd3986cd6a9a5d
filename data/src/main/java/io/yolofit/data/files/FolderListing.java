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

    /// The only entry whose name equals the given one up to case and Unicode normalization.
    Optional<Path> similar(String name) {
        String key = FileNames.key(name);
        List<Path> similar = names.stream().filter(entry -> FileNames.key(entry.toString()).equals(key)).toList();
        return similar.size() == 1 ? Optional.of(folder.resolve(similar.getFirst())) : Optional.empty();
    }

    /// The path itself if it exists; otherwise the only existing one that differs from it in case or Unicode
    /// normalization.
    public static Optional<Path> findExisting(Path path) {
        if (Files.exists(path)) {
            return Optional.of(path);
        }
        Path parent = path.getParent();
        if (parent == null) {
            return Optional.empty();
        }
        Optional<Path> folder = findExisting(parent).filter(Files::isDirectory);
        try {
            return folder.isEmpty() ? folder : of(folder.get()).similar(path.getFileName().toString());
        } catch (IOException e) { // a folder that cannot be listed: the caller reports the path as missing
            return Optional.empty();
        }
    }
}

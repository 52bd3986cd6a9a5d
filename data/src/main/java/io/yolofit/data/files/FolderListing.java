package io.yolofit.data.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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
}

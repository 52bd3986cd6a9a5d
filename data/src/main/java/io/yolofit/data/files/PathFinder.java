package io.yolofit.data.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds existing paths whose names differ from the given ones in case or Unicode normalization. Every folder is listed
/// once. Not thread-safe.
public final class PathFinder {
    private final Map<Path, Map<String, List<Path>>> entries = new HashMap<>(); // by folder, then by key of the name

    /// The path itself if it exists; otherwise the only similar one below its deepest existing folder or a similar
    /// sibling of that folder.
    public Optional<Path> find(Path path) {
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
        Stream<Path> siblings = existing.getParent() == null ? Stream.empty()
                : similar(existing.getParent(), existing.getFileName()).filter(Files::isDirectory);
        List<Path> found = Stream.concat(Stream.of(existing), siblings).distinct().toList();
        for (Path name : existing.relativize(path)) {
            found = found.stream().flatMap(folder -> similar(folder, name)).toList();
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private Stream<Path> similar(Path folder, Path name) {
        return entries.computeIfAbsent(folder, PathFinder::byKey)
                .getOrDefault(FileNames.key(name.toString()), List.of()).stream();
    }

    private static Map<String, List<Path>> byKey(Path folder) {
        Map<String, List<Path>> byKey = new HashMap<>();
        try {
            if (Files.isDirectory(folder)) {
                FolderListing.of(folder).names().forEach(name -> byKey.computeIfAbsent(FileNames.key(name.toString()),
                        key -> new ArrayList<>()).add(folder.resolve(name)));
            }
        } catch (IOException e) { // a folder that cannot be listed: the caller reports the path as missing
            return Map.of();
        }
        return byKey;
    }
}

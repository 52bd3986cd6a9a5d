package io.yolofit.data.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds all images below a folder, following links, and counts what it skips: hidden files and folders (names that
/// begin with a dot, as `.ipynb_checkpoints` and `._photo.jpg`), folders that cannot be listed, links that form a loop,
/// images in formats that are not read, and other files. Text files are not counted: they may be labels.
public final class ImageFolder {
    private final List<Path> images = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();

    private ImageFolder() {
    }

    /// What was skipped, and why.
    ///
    /// @param file an example
    public record Skipped(Path file, String what) {
    }

    /// @param images by path
    public record Result(List<Path> images, List<Skipped> skipped) {
    }

    private static final class Group {
        private final Path first;
        private int count;

        Group(Path first) {
            this.first = first;
        }
    }

    public static Result find(Path folder) {
        ImageFolder search = new ImageFolder();
        search.walk(folder, new LinkedHashSet<>());
        search.groups.forEach((what, group) -> search.skipped.add(new Skipped(group.first,
                group.count == 1 ? what : "%s (%d of this kind)".formatted(what, group.count))));
        return new Result(List.copyOf(search.images), List.copyOf(search.skipped));
    }

    /// @param above real paths of the folders that contain this one
    private void walk(Path folder, Set<Path> above) {
        Path real;
        FolderListing listing;
        try {
            real = folder.toRealPath();
            listing = FolderListing.of(folder);
        } catch (IOException e) {
            skipped.add(new Skipped(folder, "the folder cannot be listed: " + FileFailure.reason(e)));
            return;
        }
        if (above.stream().anyMatch(parent -> parent.startsWith(real))) {
            skipped.add(new Skipped(folder, "the link leads back to " + real + ", a folder above it"));
            return;
        }
        above.add(real);
        for (Path name : listing.names()) {
            visit(folder.resolve(name), above);
        }
        above.remove(real);
    }

    private void visit(Path file, Set<Path> above) {
        boolean hidden = file.getFileName().toString().startsWith(".");
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            if (hidden || ImageFormats.isImage(file)) {
                count(file, e instanceof NoSuchFileException ? "a link to a file that does not exist"
                        : "cannot be read: " + FileFailure.reason(e));
            }
            return;
        }
        if (hidden) {
            count(file, attributes.isDirectory() ? "a hidden folder" : "a hidden file");
        } else if (attributes.isDirectory()) {
            walk(file, above);
        } else if (ImageFormats.isReadable(file) && attributes.isRegularFile()) {
            images.add(file);
        } else if (ImageFormats.isImage(file)) {
            count(file, attributes.isRegularFile() ? "a .%s image, a format that is not read (convert it to %s)"
                    .formatted(FileNames.extension(file), "jpg or png") : "not a regular file");
        } else if (!FileNames.extension(file).equals("txt")) {
            count(file, "not an image");
        }
    }

    private void count(Path file, String what) {
        groups.computeIfAbsent(what, key -> new Group(file)).count++;
    }
}

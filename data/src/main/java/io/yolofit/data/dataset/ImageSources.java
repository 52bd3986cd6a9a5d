package io.yolofit.data.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Lists the images of a split's sources: folders (recursively), `.txt` lists, single images.
public final class ImageSources {
    private static final Set<String> EXTENSIONS = Set.of(
            "bmp", "dib", "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "tif", "tiff", "webp");

    private ImageSources() {
    }

    /// Whether the file has the extension of an image format.
    public static boolean isImageName(Path file) {
        String name = file.getFileName().toString();
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /// All images, sorted by path. Duplicates in a list are kept, because lists are used to weight images.
    public static List<Path> list(List<Path> sources, Path datasetRoot) {
        List<Path> images = new ArrayList<>();
        for (Path source : sources) {
            if (Files.isDirectory(source)) {
                images.addAll(inFolder(source));
            } else if (isImageName(source)) {
                images.add(source);
            } else {
                images.addAll(inList(source, datasetRoot));
            }
        }
        images.sort((a, b) -> a.toString().compareTo(b.toString()));
        return images;
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(ImageSources::isImageName).filter(file -> !Files.isDirectory(file)).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException("cannot list the folder %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /// Lines are absolute paths, or relative to the list's folder or to the dataset's root, tried in this order.
    private static List<Path> inList(Path list, Path datasetRoot) {
        List<String> lines;
        try {
            lines = Files.readAllLines(list);
        } catch (IOException e) {
            throw new DatasetException("cannot read the image list %s as UTF-8 text: %s; name a folder, or a .txt file "
                    .formatted(list, e.getMessage()) + "with one image path per line", e);
        }
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> resolve(line, list.getParent(), datasetRoot)).filter(ImageSources::isImageName).toList();
    }

    private static Path resolve(String line, Path listFolder, Path datasetRoot) {
        Path inListFolder = listFolder.resolve(line).normalize();
        Path inRoot = datasetRoot.resolve(line).normalize();
        return !Files.exists(inListFolder) && Files.exists(inRoot) ? inRoot : inListFolder;
    }
}

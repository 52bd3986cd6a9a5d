package io.yolofit.data.importing;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.files.FileNames;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Relative paths of the images of a split in a written folder: their names, or, if two share one, their paths below
/// the folder that contains all. Two images of one path that differ in the extension or in case would share a label
/// file; the second gets a number.
final class OutputImages {
    private OutputImages() {
    }

    /// The path of each image, in their order.
    ///
    /// @param all images of a split
    static Map<LabeledImage, Path> paths(List<LabeledImage> all) {
        List<LabeledImage> images = all.stream().distinct().toList(); // a list may repeat images
        Set<String> names = new HashSet<>();
        boolean flat = images.stream().allMatch(image -> names.add(FileNames.key(stem(image.path().getFileName()))));
        Path root = flat ? null : root(images);
        Set<String> taken = new HashSet<>();
        Map<String, Integer> numbers = new HashMap<>();
        Map<LabeledImage, Path> paths = new LinkedHashMap<>();
        for (LabeledImage image : images) {
            Path path = flat ? image.path().getFileName() : root.relativize(image.path());
            while (!taken.add(FileNames.key(stem(path)))) {
                int number = numbers.merge(FileNames.key(stem(path)), 1, Integer::sum) + 1;
                path = FileNames.withExtension(path, "-" + number + "." + FileNames.extension(path));
            }
            paths.put(image, path);
        }
        return paths;
    }

    private static String stem(Path path) {
        return FileNames.stem(path.toString());
    }

    private static Path root(List<LabeledImage> images) {
        Path root = images.getFirst().path().getParent();
        for (LabeledImage image : images) {
            while (!image.path().startsWith(root)) {
                root = root.getParent();
            }
        }
        return root;
    }

    /// Copies an image, or links to it; folders are created. Throws [ClosedByInterruptException] if the thread was
    /// interrupted, as writing to a channel does: copying many images takes long.
    static void place(Path image, Path place, boolean link) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        Files.createDirectories(place.getParent());
        if (link) {
            Files.createSymbolicLink(place, image.toRealPath());
        } else {
            Files.copy(image, place);
        }
    }
}

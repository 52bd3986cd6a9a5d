package io.yolofit.data.dataset;

import io.yolofit.data.files.ImageFolder;
import io.yolofit.data.files.ImageFormats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lists the images of a split's sources: folders (recursively), `.txt` lists ([ImageList]), single images.
public final class ImageSources {
    /// The image formats that are read, for messages.
    public static final String FORMATS = ImageFormats.READABLE_NAMES;

    private static final Comparator<Path> BY_PATH =
            Comparator.comparing(Path::toString).thenComparing(Comparator.naturalOrder());

    private ImageSources() {
    }

    /// @param images by path
    /// @param problems everything that was skipped
    public record Found(List<Path> images, List<Problem> problems) {
        public Found {
            images = List.copyOf(images);
            problems = List.copyOf(problems);
        }
    }

    /// Whether the file has the extension of an image format that is read.
    public static boolean isImageName(Path file) {
        return ImageFormats.isReadable(file);
    }

    /// All images, sorted by path. Duplicates in a list are kept, because lists are used to weight images.
    public static List<Path> list(List<Path> sources, Path datasetRoot) {
        return find(sources, datasetRoot).images();
    }

    /// The same, with what was skipped.
    public static Found find(List<Path> sources, Path datasetRoot) {
        List<Path> images = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path source : sources) {
            if (Files.isDirectory(source)) {
                ImageFolder.Result result = ImageFolder.find(source);
                images.addAll(result.images());
                result.skipped().forEach(skipped -> problems.add(
                        Problem.ofFile(skipped.file(), skipped.what(), Outcome.FILES_SKIPPED)));
            } else if (isImageName(source)) {
                images.add(source);
            } else {
                Found found = ImageList.read(source, datasetRoot);
                images.addAll(found.images());
                problems.addAll(found.problems());
            }
        }
        images.sort(BY_PATH);
        return new Found(images, problems);
    }
}

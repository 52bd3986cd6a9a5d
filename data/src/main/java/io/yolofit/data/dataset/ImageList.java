package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.ImageFormats;
import io.yolofit.data.files.PathFinder;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads a text file with one image path per line. Paths are absolute, or relative to the folder of the list, the root
/// of the dataset, or the working folder, tried in this order. Quotes around a path and backslashes as separators are
/// accepted; empty lines and lines that begin with `#` are ignored.
final class ImageList {
    private final Path list;
    private final Set<Path> folders;
    private final PathFinder finder = new PathFinder();
    private final List<Path> images = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private Optional<Problem> firstMissing = Optional.empty();
    private int lines;

    private ImageList(Path list, Path datasetRoot) {
        this.list = list;
        this.folders = new LinkedHashSet<>(List.of(list.toAbsolutePath().getParent(), datasetRoot,
                Path.of("").toAbsolutePath()));
    }

    /// Throws [DatasetException] if the list cannot be read, or if none of its images exists.
    static ImageSources.Found read(Path list, Path datasetRoot) {
        ImageList reader = new ImageList(list, datasetRoot);
        try {
            reader.parse(UserText.read(list));
        } catch (UserText.EncodingException e) {
            throw new DatasetException(Failure.naming(list, "the image list %s %s".formatted(list, e.getMessage()),
                    e.remedy()), e);
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(list, "cannot read the image list %s: %s".formatted(list,
                    FileFailure.reason(e)), "name a folder, or a .txt file with one image path per line"), e);
        }
        if (reader.images.isEmpty() && reader.firstMissing.isPresent()) {
            Problem missing = reader.firstMissing.get();
            throw new DatasetException(Failure.naming(list, "none of the %d images in the list %s exists; line %d: %s"
                    .formatted(reader.lines, list, missing.line(), missing.what()), "").withRemedy(
                            "correct the paths in the list"));
        }
        return new ImageSources.Found(reader.images, reader.problems);
    }

    private void parse(String text) {
        int number = 0;
        for (String line : text.split("\r\n|\r|\n", -1)) {
            number++;
            String name = unquoted(line.strip());
            if (!name.isEmpty() && !name.startsWith("#")) {
                lines++;
                add(name, number);
            }
        }
    }

    private static String unquoted(String line) {
        boolean quoted = line.length() > 1 && (line.startsWith("\"") && line.endsWith("\"")
                || line.startsWith("'") && line.endsWith("'"));
        return quoted ? line.substring(1, line.length() - 1) : line;
    }

    private void add(String name, int number) {
        Optional<Path> image;
        try {
            if (!ImageFormats.isReadable(Path.of(name.replace('\\', '/')))) {
                problems.add(new Problem(list, number, "'%s' is not an image (%s)".formatted(name,
                        ImageFormats.READABLE_NAMES), Outcome.FILES_SKIPPED));
                return;
            }
            image = find(name).or(() -> find(name.replace('\\', '/')));
        } catch (InvalidPathException e) {
            problems.add(new Problem(list, number, "'%s' is not a path: %s".formatted(name, e.getReason()),
                    Outcome.IMAGE_SKIPPED));
            return;
        }
        if (image.isPresent()) {
            images.add(image.get());
            return;
        }
        String searched = Path.of(name).isAbsolute() ? ""
                : " in " + String.join(", ", folders.stream().map(Path::toString).toList());
        Problem missing = new Problem(list, number, "the image %s does not exist%s".formatted(name, searched),
                Outcome.IMAGE_SKIPPED);
        firstMissing = firstMissing.or(() -> Optional.of(missing));
        problems.add(missing);
    }

    private Optional<Path> find(String name) {
        List<Path> candidates = folders.stream().map(folder -> folder.resolve(name).normalize()).distinct().toList();
        return candidates.stream().filter(Files::exists).findFirst()
                .or(() -> candidates.stream().flatMap(path -> finder.find(path).stream()).findFirst());
    }
}

package io.yolofit.app.command;

import io.yolofit.data.dataset.ImageSources;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The images that `source=` names: an image, a folder, a `.txt` list, or a pattern such as `images/**/*.jpg`.
///
/// A pattern may contain `*`, `?`, `[ab]`, `{a,b}`, and `**` for any number of folders; hidden files match only if the
/// pattern has the dot. A file with the literal name of the pattern takes precedence.
final class PredictionSource {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");
    private static final Pattern NOT_A_FILE = Pattern.compile("\\d+|[a-z]+://.*|.*\\.(mp4|avi|mov|mkv|webm|streams)");
    private static final String FORMATS = "(" + ImageSources.FORMATS + ")";

    private PredictionSource() {}

    /// The images of a source, in order, and what was skipped.
    ///
    /// @throws CommandException if there are none; the message says why
    static ImageSources.Found images(String source) throws IOException {
        boolean exists = Files.exists(Path.of(source));
        if (!exists && NOT_A_FILE.matcher(source).matches()) {
            throw refused(source, "videos, cameras and URLs are not supported; give an image, a folder of images, a "
                    + ".txt list of them, or a pattern");
        }
        if (!exists && WILDCARD.matcher(source).find()) {
            return matching(source);
        }
        if (!exists && !Files.notExists(Path.of(source))) {
            throw refused(source, "permission denied");
        }
        if (!exists) {
            throw refused(source, "no such file or folder; give an image, a folder of images, a .txt list of them, or "
                    + "a pattern such as 'images/*.jpg'");
        }
        Path path = Path.of(source);
        boolean list = source.endsWith(".txt");
        if (!list && !Files.isDirectory(path) && !ImageSources.isImageName(path)) {
            throw refused(source, "is neither an image " + FORMATS + ", nor a folder, nor a .txt list of images");
        }
        Path absolute = path.toAbsolutePath().normalize();
        ImageSources.Found found = ImageSources.find(List.of(absolute), absolute.getParent());
        if (found.images().isEmpty()) {
            throw refused(source, (list ? "names" : "has") + " no image " + FORMATS + problems(found));
        }
        return found;
    }

    private static ImageSources.Found matching(String pattern) throws IOException {
        Path path = Path.of(pattern);
        Path root = path.isAbsolute() ? path.getRoot() : Path.of("");
        var found = new ArrayList<Path>();
        try {
            expand(root.toAbsolutePath(), elements(path), 0, found);
        } catch (PatternSyntaxException malformed) {
            throw refused(pattern, "is not a valid pattern: " + malformed.getDescription());
        }
        List<Path> sources = found.stream().map(Path::normalize).distinct()
                .filter(file -> Files.isDirectory(file) || ImageSources.isImageName(file)).toList();
        ImageSources.Found images = ImageSources.find(sources, root.toAbsolutePath());
        if (images.images().isEmpty()) {
            throw refused(pattern, found.isEmpty() ? "no file matches this pattern"
                    : found.size() + " files match, but none is an image " + FORMATS + problems(images));
        }
        return new ImageSources.Found(images.images().stream().distinct().toList(), images.problems());
    }

    private static String problems(ImageSources.Found found) {
        return found.problems().stream().map(problem -> "\n" + problem).collect(Collectors.joining());
    }

    private static List<String> elements(Path path) {
        var elements = new ArrayList<String>();
        path.forEach(element -> elements.add(element.toString()));
        return elements;
    }

    /// Adds what matches the elements from `at` on below a folder. Symbolic links are not followed by `**`.
    private static void expand(Path folder, List<String> elements, int at, List<Path> found) throws IOException {
        if (at == elements.size()) {
            found.add(folder);
            return;
        }
        String element = elements.get(at);
        if (!WILDCARD.matcher(element).find()) {
            Path next = folder.resolve(element);
            if (Files.exists(next)) {
                expand(next, elements, at + 1, found);
            }
            return;
        }
        if (element.equals("**")) {
            expand(folder, elements, at + 1, found);
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + (element.equals("**") ? "*" : element));
        for (Path child : children(folder)) {
            boolean hidden = child.getFileName().toString().startsWith(".") && !element.startsWith(".");
            if (hidden || !matcher.matches(child.getFileName())) {
                continue;
            }
            if (!element.equals("**")) {
                expand(child, elements, at + 1, found);
            } else if (Files.isDirectory(child) && !Files.isSymbolicLink(child)) {
                expand(child, elements, at, found);
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    private static CommandException refused(String source, String reason) {
        return CommandException.usage("source=" + source + ": " + reason);
    }
}

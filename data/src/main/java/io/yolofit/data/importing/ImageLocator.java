package io.yolofit.data.importing;

import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.ImageFolder;
import io.yolofit.data.files.ImageFormats;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.RawImage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the file of an image name: where the usual layouts have it, or else anywhere below the roots.
///
/// Names may have the backslashes of Windows, be URLs with percent signs (Label Studio), lack the extension or have
/// another one, or begin with the eight digits that Label Studio puts before the names of uploaded files. If several
/// files qualify, the one that shares the most folders with the name is taken.
final class ImageLocator {
    private static final Pattern URL = Pattern.compile("(?i)^(?:file|https?|s3|gs)://[^/]*/");
    private static final Pattern QUERY = Pattern.compile("\\?(?:.*&)?d=([^&]*).*$");
    private static final Pattern HASHED = Pattern.compile("[0-9a-f]{8}-(.+)");

    private final List<Path> roots;
    private Map<String, List<Path>> byName;
    private Map<String, List<Path>> byStem;
    private Map<String, List<Path>> byUnhashedStem;

    /// @param roots folders to search
    ImageLocator(List<Path> roots) {
        this.roots = roots;
    }

    /// @param file  the image; empty if there is none, or more than one
    /// @param fault why it is empty, or null
    record Found(Optional<Path> file, DropReason fault) {
        private static Found of(Path file) {
            return new Found(Optional.of(file.toAbsolutePath().normalize()), null);
        }
    }

    /// The file of an image.
    Found find(RawImage image) {
        List<String> names = spellings(image.name());
        Optional<Path> usual = names.stream().flatMap(name -> candidates(image, name))
                .filter(path -> ImageFormats.isReadable(path) && Files.isRegularFile(path)).findFirst();
        if (usual.isPresent()) {
            return Found.of(usual.get());
        }
        index();
        String own = FileNames.stem(image.source().getFileName().toString()); // VOC and LabelMe: named as the image
        List<String> unhashed = names.stream().map(ImageLocator::unhashed).toList();
        for (List<String> tier : List.of(names, List.of(own), unhashed)) {
            for (Map<String, List<Path>> index : List.of(byName, byStem)) {
                Optional<Found> found = search(index, tier, image);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        return search(byUnhashedStem, names, image).orElse(new Found(Optional.empty(), DropReason.MISSING_IMAGE));
    }

    /// The places where the usual layouts have an image.
    private Stream<Path> candidates(RawImage image, String name) {
        String stem = FileNames.stem(image.source().getFileName().toString());
        String suffix = stem.substring(stem.lastIndexOf('_') + 1); // instances_train2017
        Set<Path> folders = new LinkedHashSet<>(List.of(image.source().getParent()));
        for (Path root : roots) {
            folders.add(root);
            if (!image.split().isEmpty()) {
                folders.addAll(List.of(root.resolve(image.split()), root.resolve("images").resolve(image.split())));
            }
            folders.addAll(List.of(root.resolve("images"), root.resolve("JPEGImages"), root.resolve(suffix),
                    root.resolve("images").resolve(suffix)));
        }
        try {
            Path path = Path.of(name);
            return folders.stream().filter(folder -> !path.isAbsolute()).map(folder -> folder.resolve(path));
        } catch (InvalidPathException _) { // not a name of a file here: missing
            return Stream.empty();
        }
    }

    private void index() {
        if (byName == null) {
            List<Path> images = roots.stream().flatMap(root -> ImageFolder.find(root).images().stream()).distinct()
                    .toList();
            byName = indexed(images, name -> name);
            byStem = indexed(images, FileNames::stem);
            byUnhashedStem = indexed(images.stream().filter(image -> HASHED.matcher(image.getFileName().toString())
                    .matches()).toList(), name -> FileNames.stem(unhashed(name)));
        }
    }

    private static Map<String, List<Path>> indexed(List<Path> images, Function<String, String> part) {
        Map<String, List<Path>> index = new HashMap<>();
        images.forEach(image -> index.computeIfAbsent(FileNames.key(part.apply(image.getFileName().toString())),
                _ -> new ArrayList<>()).add(image));
        return index;
    }

    /// Empty if no file qualifies.
    private Optional<Found> search(Map<String, List<Path>> index, List<String> names, RawImage image) {
        for (String name : names) {
            String base = name.substring(name.lastIndexOf('/') + 1);
            for (String key : index == byName ? List.of(base) : List.of(base, stem(base))) {
                List<Path> files = index.getOrDefault(FileNames.key(key), List.of());
                if (!files.isEmpty()) {
                    return Optional.of(closest(files, name, image));
                }
            }
        }
        return Optional.empty();
    }

    /// The name without the extension of an image; other dots belong to the name.
    private static String stem(String base) {
        boolean hasExtension = base.lastIndexOf('.') > 0 && base.length() - base.lastIndexOf('.') <= "_.jpeg".length();
        return hasExtension ? FileNames.stem(base) : base;
    }

    /// The file with the most trailing folders in common with the name, or else with the annotation file.
    private static Found closest(List<Path> files, String name, RawImage image) {
        List<Path> best = best(files, file -> common(name.split("/"), file));
        if (best.size() > 1) {
            String source = image.source().toString().replace('\\', '/');
            best = best(best, file -> common(source.split("/"), file));
        }
        if (best.size() > 1 && !image.split().isEmpty()) {
            List<Path> ofSplit = best.stream().filter(file -> file.getParent().toString()
                    .toLowerCase(Locale.ROOT).contains(image.split()))
                    .toList();
            best = ofSplit.size() == 1 ? ofSplit : best;
        }
        return best.size() == 1 ? Found.of(best.getFirst())
                : new Found(Optional.empty(), DropReason.SEVERAL_IMAGES);
    }

    private static List<Path> best(List<Path> files, Function<Path, Integer> score) {
        int most = files.stream().map(score).max(Integer::compare).orElse(0);
        return files.stream().filter(file -> score.apply(file) == most).toList();
    }

    /// Equal folders from the end, without the last element of both.
    private static int common(String[] parts, Path file) {
        int count = 0;
        while (count + 2 <= parts.length && count + 2 <= file.getNameCount()
                && FileNames.key(parts[parts.length - 2 - count])
                .equals(FileNames.key(file.getName(file.getNameCount() - 2 - count).toString()))) {
            count++;
        }
        return count;
    }

    /// The name as written, and what it means as a URL.
    static List<String> spellings(String name) {
        Set<String> names = new LinkedHashSet<>();
        String plain = name.replace('\\', '/').strip();
        names.add(plain);
        Matcher query = QUERY.matcher(plain);
        String path = URL.matcher(query.find() ? query.group(1) : plain).replaceFirst("").replaceFirst("^/+", "");
        names.add(path);
        if (path.indexOf('%') >= 0) {
            try {
                names.add(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8).replaceFirst("^/+", ""));
            } catch (IllegalArgumentException _) {
                names.add(path); // a percent sign that is part of the name
            }
        }
        return names.stream().filter(text -> !text.isEmpty()).toList();
    }

    private static String unhashed(String name) {
        String base = name.substring(name.lastIndexOf('/') + 1);
        Matcher hashed = HASHED.matcher(base);
        return hashed.matches() ? hashed.group(1) : base;
    }
}

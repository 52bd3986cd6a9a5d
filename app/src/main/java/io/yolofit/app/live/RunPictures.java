package io.yolofit.app.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The pictures in the folder of a run: files of this folder only, no links, selected by name from a listing.
///
/// @param folder of the run
record RunPictures(Path folder) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*\\.(png|jpg|svg)");

    private static final long MOST_BYTES = 16L << 20;

    /// Their names: validation pictures first, then the confusion matrix, then all others.
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && file.toFile().length() <= MOST_BYTES)
                    .map(file -> file.getFileName().toString()).filter(name -> NAME.matcher(name).matches())
                    .sorted(Comparator.comparingInt(RunPictures::rank).thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static int rank(String name) {
        return name.startsWith("val_batch") ? 0 : name.startsWith("confusion") ? 1 : name.startsWith("results") ? 2
                : name.startsWith("train_batch") ? 3 : 4;
    }

    /// A number that changes when the picture is replaced.
    long version(String name) {
        return folder.resolve(name).toFile().lastModified();
    }

    /// The picture of that name.
    Optional<Path> find(String name) throws IOException {
        return names().contains(name) ? Optional.of(folder.resolve(name)) : Optional.empty();
    }

    static String type(String name) {
        return name.endsWith(".png") ? "image/png" : name.endsWith(".jpg") ? "image/jpeg" : "image/svg+xml";
    }
}

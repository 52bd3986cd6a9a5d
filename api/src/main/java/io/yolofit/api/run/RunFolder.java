package io.yolofit.api.run;

import io.yolofit.base.file.AtomicFile;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of one run, such as `runs/detect/train3`.
///
/// @param path the folder, which exists
public record RunFolder(Path path) {
    private static final int MOST_RUNS = 100_000;
    /// What a training writes, apart from checkpoints and annotated images.
    private static final Pattern RESULTS = Pattern.compile("results\\.(csv|json|png)|memory\\.(txt|json)"
            + "|resources\\.csv|\\w+_curve\\.png|confusion_matrix\\w*\\.png|(train|val)_batch\\w+\\.jpg|labels\\.png"
            + "|(plan|frontier)\\.svg|events\\.out\\.tfevents\\..*");
    private static final Pattern CHECKPOINTS = Pattern.compile("(best|last|epoch\\d+)\\.safetensors");

    /// Creates the folder `project/name`. If it exists, creates the first free of `name2`, `name3`, ... instead, or
    /// reuses it if `existOk`. Safe against a concurrently starting run.
    ///
    /// @throws IOException if the folder cannot be created; the message names it
    public static RunFolder create(Path project, String name, boolean existOk) throws IOException {
        Path first = project.resolve(name);
        if (existOk) {
            return new RunFolder(Files.createDirectories(first));
        }
        Files.createDirectories(first.toAbsolutePath().getParent());
        for (int number = 1; number <= MOST_RUNS; number++) {
            Path candidate = number == 1 ? first : first.resolveSibling(first.getFileName().toString() + number);
            try {
                return new RunFolder(Files.createDirectory(candidate));
            } catch (FileAlreadyExistsException _) {
                // exists: try the next number
            }
        }
        throw new IOException(project + " holds " + MOST_RUNS + " runs called " + name
                + ": choose another name= or clear the folder");
    }

    /// Deletes the results of an earlier training; other files are kept.
    ///
    /// @return the number of files that were deleted
    int deleteResults() throws IOException {
        return delete(path, RESULTS) + delete(weights(), CHECKPOINTS);
    }

    /// Deletes the temporary files of a training that was killed.
    void deleteTemporaries() throws IOException {
        AtomicFile.deleteTemporaries(path);
        if (Files.isDirectory(file("weights"))) {
            AtomicFile.deleteTemporaries(file("weights"));
        }
    }

    private static int delete(Path parent, Pattern names) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(parent)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> names.matcher(file.getFileName().toString()).matches()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        return files.size();
    }

    /// The run of the project whose file of that name was written last; `resume=true` searches the last checkpoint.
    ///
    /// @param file relative to a run's folder
    public static Optional<RunFolder> latest(Path project, String file) throws IOException {
        if (!Files.isDirectory(project)) {
            return Optional.empty();
        }
        try (Stream<Path> runs = Files.list(project)) {
            return runs.filter(run -> Files.isRegularFile(run.resolve(file)))
                    .max(Comparator.comparing((Path run) -> written(run.resolve(file))).thenComparing(Path::toString))
                    .map(RunFolder::new);
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0); // deleted since it was listed
        }
    }

    /// A file of the folder; it need not exist.
    public Path file(String name) {
        return path.resolve(name);
    }

    /// The folder of checkpoints; created if missing.
    public Path weights() throws IOException {
        return Files.createDirectories(path.resolve("weights"));
    }

    /// Writes `args.yaml`; `cfg=args.yaml` repeats the run.
    public void writeArgs(Options options) throws IOException {
        Files.writeString(file("args.yaml"), options.toYaml());
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

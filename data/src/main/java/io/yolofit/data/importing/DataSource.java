package io.yolofit.data.importing;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.formats.AnnotationFiles;
import io.yolofit.data.formats.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The data set that `data=` names: a YAML, or annotations in another format, which are read where they are.
///
/// Annotations without splits are divided by [SplitShares#DEFAULT] with seed 0, so that runs with different seeds, and
/// a later `val`, use the same images.
public final class DataSource {
    private DataSource() {
    }

    /// Throws [io.yolofit.data.dataset.DatasetException] if the data set cannot be used.
    ///
    /// @param log lines about an import: what was read and dropped, and how it was split
    public static Dataset load(Path data, Consumer<String> log) {
        if (!isForeign(data)) {
            return Dataset.load(data);
        }
        DatasetImport read = DatasetImport.read(ImportRequest.of(data));
        Tally tally = read.tally();
        log.accept("%s: %s, %d of %d images, %d of %d annotations, %d classes; %s".formatted(data,
                read.format().title(), tally.imagesKept(), tally.imagesRead(), tally.annotationsKept(),
                tally.annotationsRead(), read.dataset().classes(), read.splits()));
        for (List<Tally.Dropped> dropped : List.of(tally.droppedImages(), tally.droppedAnnotations())) {
            dropped.forEach(drop -> log.accept("  dropped %d: %s, such as %s".formatted(drop.count(),
                    drop.reason().text(), drop.example())));
        }
        read.notes().forEach(note -> log.accept("  " + note));
        return read.dataset();
    }

    /// Whether the path means annotations that have to be imported: a `.json` or `.xml` file, or a folder of them
    /// without a YAML.
    public static boolean isForeign(Path data) {
        if (!Files.isDirectory(data)) {
            return Files.exists(data) && List.of("json", "xml").contains(FileNames.extension(data));
        }
        try (Stream<Path> files = Files.list(data)) {
            if (files.anyMatch(file -> List.of("yaml", "yml").contains(FileNames.extension(file)))) {
                return false;
            }
        } catch (IOException _) { // the data set's own message names the folder
            return false;
        }
        return AnnotationFiles.arePresent(data);
    }
}

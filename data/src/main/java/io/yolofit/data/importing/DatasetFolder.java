package io.yolofit.data.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Split;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.files.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes an imported data set: `images/<split>`, `labels/<split>`, `data.yaml` and the report of the import.
public final class DatasetFolder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DatasetFolder() {
    }

    /// Where and how a folder is written.
    ///
    /// @param link  symbolic links to the images, instead of copies
    /// @param reuse whether an existing folder may be written to
    public record Place(Path folder, boolean link, boolean reuse) {}

    /// Throws [io.yolofit.data.dataset.DatasetException] if the folder is in use or has the source in it.
    ///
    /// @param source file or folder
    public static void requireFree(Place place, Path source) throws IOException {
        DraftFolder.requireFree(place.folder, place.folder.toAbsolutePath().normalize(), place.reuse, List.of(source));
    }

    /// Throws [io.yolofit.data.dataset.DatasetException] if the folder is in use or has the source in it.
    ///
    /// @param source an import whose images were checked
    /// @param report of the import, as JSON
    public static void write(DatasetImport source, String report, Place place)
            throws IOException {
        List<Path> sources = new ArrayList<>(List.of(source.dataset().file()));
        source.dataset().splits().values().stream().map(Split::images).forEach(sources::addAll);
        try (DraftFolder draft = DraftFolder.open(place.folder, place.reuse, sources)) {
            for (SplitScan scan : source.scans().values()) {
                write(scan, draft.path(), place.link);
            }
            Files.writeString(draft.path().resolve("data.yaml"), yaml(source));
            Files.writeString(draft.path().resolve(DraftFolder.MARKER), report);
            draft.commit();
        }
    }

    private static void write(SplitScan scan, Path folder, boolean link) throws IOException {
        Path images = folder.resolve("images").resolve(scan.split());
        Path labels = folder.resolve("labels").resolve(scan.split());
        for (Map.Entry<LabeledImage, Path> entry : OutputImages.paths(scan.images()).entrySet()) {
            OutputImages.place(entry.getKey().path(), images.resolve(entry.getValue()), link);
            Path file = FileNames.withExtension(labels.resolve(entry.getValue()), ".txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, rows(entry.getKey().labels()));
        }
    }

    private static String rows(List<Label> labels) {
        StringBuilder rows = new StringBuilder();
        labels.forEach(label -> rows.append(String.format(Locale.ROOT, "%d %.6f %.6f %.6f %.6f\n",
                label.category(), label.centerX(), label.centerY(), label.width(), label.height())));
        return rows.toString();
    }

    private static String yaml(DatasetImport source) throws IOException {
        StringBuilder yaml = new StringBuilder("# Imported from ").append(source.format().title()).append(", ")
                .append(JSON.writeValueAsString(source.dataset().file().toString())).append("\npath: .\n");
        source.scans().keySet().forEach(split -> yaml.append(split).append(": images/").append(split).append('\n'));
        yaml.append("names:\n");
        List<String> names = source.dataset().names();
        for (int i = 0; i < names.size(); i++) {
            yaml.append("  ").append(i).append(": ").append(names.get(i).matches("[A-Za-z][\\w-]*( [\\w-]+)*")
                    && !names.get(i).matches("(?i)y|n|yes|no|on|off|true|false|null")
                    ? names.get(i) : JSON.writeValueAsString(names.get(i))).append('\n');
        }
        return yaml.toString();
    }
}

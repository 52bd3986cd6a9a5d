package io.yolofit.data.formats;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads a folder of YOLO label files and class names: CVAT's export (`obj.names`, `obj_train_data/*.txt`,
/// `train.txt`), Label Studio's (`classes.txt`, `labels/*.txt`), and LabelImg's (`classes.txt` next to images and
/// labels). A row is a class and a box, or a class and a polygon.
final class YoloExportReader {
    private static final Set<String> NOT_LABELS = Set.of("classes", "train", "valid", "val", "validation",
            "test", "readme", "labels", "notes", "obj");
    private static final int BOX_COLUMNS = 5;

    private final RawSet set;
    private final List<String> names;

    private YoloExportReader(RawSet set, List<String> names) {
        this.set = set;
        this.names = names;
    }

    static void read(AnnotationFiles source, RawSet set) {
        List<String> names = names(source.root());
        set.order().addAll(names);
        YoloExportReader reader = new YoloExportReader(set, names);
        SplitNames splits = new SplitNames(source.root());
        boolean lists = Files.exists(source.root().resolve("obj.names")); // CVAT: text files at the top are lists
        for (Path file : source.files()) {
            if (!file.getParent().equals(source.root()) || !lists
                    && !NOT_LABELS.contains(FileNames.key(FileNames.stem(file.getFileName().toString())))) {
                reader.labels(file, splits.ofFolders(file));
            }
        }
    }

    private static List<String> names(Path root) {
        for (String name : AnnotationFiles.YOLO_NAMES) {
            Path file = root.resolve(name);
            if (Files.isRegularFile(file) && !name.endsWith(".data")) {
                try {
                    return UserText.read(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
                } catch (IOException e) {
                    throw new DatasetException(Failure.naming(file, "cannot read the class names %s: %s".formatted(file,
                            FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
                }
            }
        }
        throw new DatasetException(Failure.naming(root, root
                + " has obj.data, but no obj.names or classes.txt with the class names", ""));
    }

    private void labels(Path file, String split) {
        RawImage image = RawImage.ofFractions(FileNames.stem(file.getFileName().toString()), file, split);
        List<String> rows;
        try {
            rows = UserText.read(file).lines().map(String::strip).filter(row -> !row.isEmpty()).toList();
        } catch (IOException e) {
            set.tally().image();
            set.tally().dropImage(DropReason.DAMAGED_FILE, file + ": " + FileFailure.reason(e));
            return;
        }
        set.add(image);
        for (int i = 0; i < rows.size(); i++) {
            set.tally().annotation();
            row(rows.get(i).split("\\s+"), image, "row " + (i + 1));
        }
    }

    private void row(String[] columns, RawImage image, String place) {
        String where = image.source() + ": " + place;
        Optional<List<Double>> numbers = numbers(columns);
        if (numbers.isEmpty()) {
            set.drop(image, DropReason.MALFORMED, where);
            return;
        }
        double category = numbers.get().getFirst();
        if (category != Math.rint(category) || category < 0 || category >= names.size()) {
            set.drop(image, DropReason.UNKNOWN_CLASS, "%s, class %s".formatted(where, columns[0]));
            return;
        }
        String name = names.get((int) category);
        List<Double> values = numbers.get().subList(1, columns.length);
        if (columns.length == BOX_COLUMNS) {
            double halfWidth = values.get(2) / 2;
            double halfHeight = values.get(3) / 2;
            image.objects().add(new RawObject(name, values.get(0) - halfWidth, values.get(1) - halfHeight,
                    values.get(0) + halfWidth, values.get(1) + halfHeight, place));
        } else {
            image.objects().add(new Bounds().addAll(values).box(name, place));
        }
    }

    /// Empty if a column is no number, or if the row is neither a box nor a polygon.
    private static Optional<List<Double>> numbers(String[] columns) {
        List<Double> numbers = new ArrayList<>();
        if (columns.length < BOX_COLUMNS || columns.length == BOX_COLUMNS + 1 || columns.length % 2 == 0) {
            return Optional.empty();
        }
        for (String column : columns) {
            try {
                numbers.add(Double.parseDouble(column));
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }
        return Optional.of(numbers);
    }
}

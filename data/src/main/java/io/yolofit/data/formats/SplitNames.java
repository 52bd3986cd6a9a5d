package io.yolofit.data.formats;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The splits that a source defines: by words in the names of files and folders (`instances_train2017.json`,
/// `valid/_annotations.coco.json`), or by the lists of VOC's `ImageSets/Main`.
final class SplitNames {
    private static final Map<String, String> WORDS = Map.of("train", "train", "training", "train", "val", "val",
            "valid", "val", "validation", "val", "test", "test", "testing", "test");

    private final Path root;
    private final Map<Path, Map<String, String>> listed = new HashMap<>();

    /// @param root the folder of the source; names above it do not count
    SplitNames(Path root) {
        this.root = root;
    }

    /// The split by the file's name or its folders.
    String ofFile(Path file) {
        String own = ofName(FileNames.stem(file.getFileName().toString()));
        return own.isEmpty() ? ofFolders(file) : own;
    }

    /// The split by the file's folders only, for names that annotators chose.
    String ofFolders(Path file) {
        Path folders = root.relativize(file).getParent();
        for (int i = folders == null ? -1 : folders.getNameCount() - 1; i >= 0; i--) {
            String split = ofName(folders.getName(i).toString());
            if (!split.isEmpty()) {
                return split;
            }
        }
        return "";
    }

    /// The split that a name means; empty if none.
    static String ofName(String name) {
        for (String word : name.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            if (WORDS.containsKey(word)) {
                return WORDS.get(word);
            }
        }
        return "";
    }

    /// The split of a VOC file: by the lists next to its folder `Annotations`, or else by its folders.
    String ofVoc(Path file) {
        for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
            Path name = folder.getFileName();
            if (name != null && name.toString().equalsIgnoreCase("annotations")) {
                Map<String, String> lists = listed.computeIfAbsent(folder.resolveSibling("ImageSets").resolve("Main"),
                        SplitNames::lists);
                String path = FileNames.stem(folder.relativize(file).toString().replace('\\', '/'));
                return lists.isEmpty() ? ofFolders(file) : lists.getOrDefault(path, "");
            }
        }
        return ofFolders(file);
    }

    /// Split by image name without extension; the first list that has it decides. Lists of single classes, such as
    /// `cat_train.txt`, are not read. CVAT calls its lists `Train.txt` and `Validation.txt`.
    private static Map<String, String> lists(Path folder) {
        Map<String, String> splits = new HashMap<>();
        if (Files.isDirectory(folder)) {
            for (Path list : AnnotationFiles.files(folder, List.of("txt"))) {
                String split = WORDS.get(FileNames.stem(list.getFileName().toString()).toLowerCase(Locale.ROOT));
                if (split != null) {
                    read(list).forEach(name -> splits.merge(name, split, SplitNames::earlier));
                }
            }
        }
        return splits;
    }

    private static List<String> read(Path list) {
        try {
            return UserText.read(list).lines().map(line -> line.strip().split("\\s+")[0])
                    .filter(name -> !name.isEmpty()).toList();
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(list, "cannot read the list %s: %s".formatted(list,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
    }

    private static String earlier(String first, String second) {
        List<String> order = List.of("train", "val", "test");
        return order.indexOf(first) < order.indexOf(second) ? first : second;
    }
}

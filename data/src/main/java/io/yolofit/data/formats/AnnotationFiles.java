package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.SimilarPath;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The annotation files that a path means: one file, or all files of one format in a folder.
///
/// @param root  the folder of the source
/// @param files by path
/// @param notes what was not read, for the user
public record AnnotationFiles(AnnotationFormat format, Path root, List<Path> files, List<String> notes) {
    /// Files with the class names of YOLO labels: CVAT's and Label Studio's.
    static final List<String> YOLO_NAMES = List.of("obj.names", "classes.txt", "obj.data");
    private static final int DEEPEST = 16;

    /// The annotation files of a path. Throws [DatasetException] if there is nothing that can be imported.
    public static AnnotationFiles find(Path data) {
        Path path = data.toAbsolutePath().normalize();
        if (!Files.exists(path)) {
            throw new DatasetException(Failure.naming(path, "%s does not exist%s".formatted(path,
                    SimilarPath.hint(path)), "give an annotation file, or a folder of them"));
        }
        return Files.isDirectory(path) ? ofFolder(path) : ofFile(path);
    }

    /// Whether a folder has annotation files.
    public static boolean arePresent(Path folder) {
        return YOLO_NAMES.stream().anyMatch(name -> Files.isRegularFile(folder.resolve(name)))
                || !files(folder.toAbsolutePath().normalize(), List.of("xml", "json")).isEmpty();
    }

    /// Reads all of them. Throws [DatasetException] if a file for many images is damaged; a damaged file for one image
    /// is in the tally.
    ///
    /// @param difficult whether objects that are marked difficult are kept
    public RawSet read(boolean difficult) {
        RawSet set = new RawSet(difficult);
        set.notes().addAll(notes);
        SplitNames splits = new SplitNames(root);
        switch (format) {
            case COCO -> files.forEach(file -> CocoReader.read(file, splits.ofFile(file), set));
            case CREATEML -> files.forEach(file -> CreateMlReader.read(file, splits.ofFile(file), set));
            case LABEL_STUDIO -> files.forEach(file -> LabelStudioReader.read(file, splits.ofFile(file), set));
            case CVAT -> files.forEach(file -> CvatReader.read(file, splits.ofFile(file), set));
            case LABELME -> files.forEach(file -> LabelMeReader.read(file, splits.ofFolders(file), set));
            case VOC -> {
                VocReader.labelMap(root, set);
                files.forEach(file -> VocReader.read(file, splits.ofVoc(file), set));
            }
            case YOLO -> YoloExportReader.read(this, set);
        }
        return set;
    }

    private static AnnotationFiles ofFile(Path file) {
        AnnotationFormat format = switch (FileNames.extension(file)) {
            case "xml" -> xmlFormat(file);
            case "json" -> jsonFormat(file).orElseThrow(() -> new DatasetException(
                    Failure.naming(file, file
                            + " is JSON, but none of COCO, CreateML, Label Studio and LabelMe: it lacks their keys",
                            "")));
            case "yaml", "yml" -> throw new DatasetException(Failure.naming(file, file
                    + " describes a YOLO data set already: use it as data= of train, val and check",
                    "use it as data= of train, val and check"));
            default -> throw new DatasetException(Failure.naming(file, file + " is no annotation file",
                    "give a .json (COCO, CreateML, Label Studio, LabelMe), a .xml (CVAT, VOC) or a folder"));
        };
        return new AnnotationFiles(format, file.getParent(), List.of(file), List.of());
    }

    private static AnnotationFiles ofFolder(Path folder) {
        if (YOLO_NAMES.stream().anyMatch(name -> Files.isRegularFile(folder.resolve(name)))) {
            return new AnnotationFiles(AnnotationFormat.YOLO, folder, files(folder, List.of("txt")), List.of());
        }
        Map<AnnotationFormat, List<Path>> found = new EnumMap<>(AnnotationFormat.class);
        List<String> notes = new ArrayList<>();
        for (Path file : files(folder, List.of("xml", "json"))) {
            Optional<AnnotationFormat> format = FileNames.extension(file).equals("xml")
                    ? Optional.of(xmlFormat(file)) : formatOrNone(file);
            if (format.isPresent()) {
                found.computeIfAbsent(format.get(), _ -> new ArrayList<>()).add(file);
            } else {
                notes.add(file + " is not read: it is empty, damaged or no annotation file");
            }
        }
        if (found.size() != 1) {
            throw new DatasetException(found.isEmpty() ? Failure.naming(folder,
                    ("%s has no annotations: no .xml (CVAT, VOC), .json (COCO, CreateML, Label Studio, LabelMe) or "
                    + "classes.txt (YOLO)%s").formatted(folder, notes.isEmpty() ? "" : "; " + notes.getFirst()), "")
                    : Failure.naming(folder, "%s has annotations of several formats %s".formatted(folder,
                            found.keySet().stream().map(AnnotationFormat::title).toList()),
                            "give a file, or a folder with one format"));
        }
        AnnotationFormat format = found.keySet().iterator().next();
        return new AnnotationFiles(format, folder, instances(found.get(format), notes), notes);
    }

    /// COCO's folder of annotations has captions and key points of the same images, next to `instances_...`.
    private static List<Path> instances(List<Path> files, List<String> notes) {
        List<Path> instances = files.stream().filter(file -> file.getFileName().toString().startsWith("instances"))
                .toList();
        if (instances.isEmpty() || instances.size() == files.size()) {
            return files;
        }
        files.stream().filter(file -> !instances.contains(file)).forEach(file ->
                notes.add(file + " is not read: the files called instances... are"));
        return instances;
    }

    /// Files of these extensions, by path. Hidden files and folders are not visited.
    static List<Path> files(Path folder, List<String> extensions) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return !directory.equals(folder) && directory.getFileName().toString().startsWith(".")
                            ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && extensions.contains(FileNames.extension(file))
                            && !file.getFileName().toString().startsWith(".")) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (file.equals(folder)) {
                        throw failure;
                    }
                    return FileVisitResult.CONTINUE; // a link in a loop, or no permission: its images will be missing
                }
            });
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(folder, "cannot list the folder %s: %s".formatted(folder,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
        files.sort(null);
        return files;
    }

    private static Optional<AnnotationFormat> jsonFormat(Path file) {
        if (JsonSource.read(file, json -> json.nextToken() == null)) {
            throw new DatasetException(Failure.naming(file, file + " is empty", "copy or export it again"));
        }
        return JsonSource.read(file, AnnotationFiles::format);
    }

    private static Optional<AnnotationFormat> formatOrNone(Path file) {
        try {
            return jsonFormat(file);
        } catch (DatasetException _) { // a note
            return Optional.empty();
        }
    }

    /// The format by the first keys of a JSON file.
    private static Optional<AnnotationFormat> format(JsonParser json) throws IOException {
        JsonToken first = json.nextToken();
        if (first == JsonToken.START_ARRAY) {
            return json.nextToken() == JsonToken.START_OBJECT ? formatOfList(json) : Optional.empty();
        }
        while (first == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (List.of("images", "annotations", "categories").contains(key)) {
                return Optional.of(AnnotationFormat.COCO);
            }
            if (List.of("shapes", "imagePath", "imageData").contains(key)) {
                return Optional.of(AnnotationFormat.LABELME);
            }
            json.nextToken();
            json.skipChildren();
        }
        return Optional.empty();
    }

    /// Lists are CreateML's and Label Studio's. The short form of the latter (JSON-MIN) has the image before its own
    /// keys.
    private static Optional<AnnotationFormat> formatOfList(JsonParser json) throws IOException {
        Optional<AnnotationFormat> found = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (List.of("image", "imagefilename", "filename").contains(key)) {
                found = Optional.of(AnnotationFormat.CREATEML);
            }
            if (List.of("data", "completed_by", "predictions", "completions").contains(key)) {
                return Optional.of(AnnotationFormat.LABEL_STUDIO);
            }
            if (List.of("annotator", "annotation_id", "lead_time").contains(key)) {
                throw new DatasetException(Failure.at("", "this is Label Studio's short form, JSON-MIN",
                        "export the project as JSON"));
            }
            json.nextToken();
            json.skipChildren();
        }
        return found;
    }

    /// A file that is damaged at its beginning is VOC's, whose reader reports the damage.
    private static AnnotationFormat xmlFormat(Path file) {
        return CvatReader.matches(file) ? AnnotationFormat.CVAT : AnnotationFormat.VOC;
    }
}

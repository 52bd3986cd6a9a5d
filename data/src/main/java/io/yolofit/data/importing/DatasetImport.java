package io.yolofit.data.importing;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabelFormat;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.Split;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.ImageFolder;
import io.yolofit.data.formats.AnnotationFiles;
import io.yolofit.data.formats.AnnotationFormat;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.RawImage;
import io.yolofit.data.formats.RawObject;
import io.yolofit.data.formats.RawSet;
import io.yolofit.data.formats.Tally;
import io.yolofit.data.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Annotations of another format as a data set: images are found, boxes converted, splits made. Nothing is written.
///
/// @param tally  of everything that was read
/// @param notes  for the user, one line each
/// @param splits how the images were divided, in words
/// @param scans  by split, if the images were checked; else empty
public record DatasetImport(Dataset dataset, AnnotationFormat format, Tally tally, List<String> notes, String splits,
                            Map<String, SplitScan> scans) {
    private static final List<String> SPLITS = Division.SPLITS;

    /// Reads the annotations; images are checked when a split is scanned. Throws [DatasetException] if no image is
    /// left, or if the source cannot be read at all.
    public static DatasetImport read(ImportRequest request) {
        return read(request, Optional.empty());
    }

    /// The same, and checks every image. Those that cannot be used are left out of their split and are in the tally.
    public static DatasetImport checked(ImportRequest request, ScanOptions options) {
        return read(request, Optional.of(options));
    }

    private static DatasetImport read(ImportRequest request, Optional<ScanOptions> checks) {
        AnnotationFiles files = AnnotationFiles.find(request.data());
        RawSet set = files.read(request.difficult());
        return new Work(request, files, set, checks, new HashSet<>()).run();
    }

    /// One run of an import.
    private record Work(ImportRequest request, AnnotationFiles files, RawSet set, Optional<ScanOptions> checks,
                        Set<Path> ofOtherClasses) {
        /// An image file with the labels of all entries that name it.
        ///
        /// @param entry that decides the split: the first one with a split, or else the first one
        private record Located(RawImage entry, Split.Annotated image) {}

        DatasetImport run() {
            Map<String, Integer> numbers = new HashMap<>();
            List<String> names = new ArrayList<>();
            for (String name : names()) {
                numbers.putIfAbsent(name, names.size());
                names.add(name.replaceAll("\\p{Cntrl}+", " ")); // one line in files and reports
            }
            Map<Path, List<RawImage>> located = locate();
            Map<Path, Located> images = new TreeMap<>();
            located.forEach((path, entries) -> convert(path, entries, numbers).ifPresent(image ->
                    images.put(path, image)));
            if (images.isEmpty()) {
                throw new DatasetException(Failure.at(request.data(), "none of its %d images can be used%s".formatted(
                        tally().imagesRead(), tally().droppedImages().stream().map(dropped -> "; %d: %s, such as %s"
                                .formatted(dropped.count(), dropped.reason().text(), dropped.example()))
                                .collect(Collectors.joining())), missingAdvice()));
            }
            if (names.isEmpty()) {
                throw new DatasetException(Failure.naming(request.data(), request.data()
                        + " has no class: its annotations name none", ""));
            }
            requireObjects(images);
            List<String> notes = new ArrayList<>(set.notes());
            noteSimilar(names, notes);
            if (tally().annotationsKept() == 0) {
                notes.add("no image has an object, so there is nothing to train on");
            }
            request.names().stream().filter(name -> set.images().stream().flatMap(image -> image.objects().stream())
                    .noneMatch(object -> object.category().equals(name))).forEach(name -> notes.add(
                            "names= has '%s', but no annotation; the source's classes are %s".formatted(name,
                                    sourceNames())));
            Map<String, Map<Path, Split.Annotated>> divided = new LinkedHashMap<>();
            String how = divide(images, divided, notes);
            Map<Path, LabeledImage> usable = checks.map(options -> usable(divided, names, options)).orElse(Map.of());
            otherClasses(divided, notes);
            Map<String, SplitScan> scans = new LinkedHashMap<>();
            SPLITS.stream().filter(split -> checks.isPresent() && divided.containsKey(split)).forEach(split ->
                    scans.put(split, new SplitScan(split, names, divided.get(split).keySet().stream().map(usable::get)
                            .toList(), List.of(), false)));
            return new DatasetImport(dataset(names, divided), files.format(), tally(), notes, how, scans);
        }

        /// Annotators write `RBC` and `rbc`.
        private static void noteSimilar(List<String> names, List<String> notes) {
            Map<String, List<String>> similar = new TreeMap<>();
            names.stream().distinct().forEach(name -> similar.computeIfAbsent(FileNames.key(name.strip()), _ ->
                    new ArrayList<>()).add("'" + name + "'"));
            similar.values().stream().filter(all -> all.size() > 1).forEach(all -> notes.add(
                    "the classes %s differ in case only: if they are one, rename them in the source".formatted(
                            String.join(", ", all))));
        }

        /// Refuses a source of which every annotation is lost, or of a class that `names=` does not list: a data set
        /// of backgrounds is not what its user wants.
        private void requireObjects(Map<Path, Located> images) {
            List<Tally.Dropped> lost = tally().droppedAnnotations().stream().filter(dropped -> dropped.reason()
                    .marksObject() || Set.of(DropReason.OTHER_CLASS, DropReason.UNKNOWN_IMAGE).contains(
                    dropped.reason())).toList();
            if (!lost.isEmpty() && images.values().stream().allMatch(image -> image.image().labels().isEmpty())) {
                throw new DatasetException(Failure.at(request.data(),
                        "none of its %d annotations can be used%s".formatted(tally().annotationsRead(), lost.stream()
                                .map(dropped -> "; %d: %s, such as %s".formatted(dropped.count(),
                                        dropped.reason().text(), dropped.example())).collect(Collectors.joining())), "")
                        .withRemedy("correct the annotations, or export them again"));
            }
        }

        /// Removes the images that cannot be used. They are removed after the division, so that it does not depend on
        /// whether images are checked.
        private Map<Path, LabeledImage> usable(Map<String, Map<Path, Split.Annotated>> divided, List<String> names,
                ScanOptions options) {
            Map<Path, Split.Annotated> all = new LinkedHashMap<>();
            divided.values().forEach(all::putAll);
            SplitScan scan = split(String.join(", ", divided.keySet()), names, all).scan(options);
            Map<Path, LabeledImage> usable = scan.images().stream().collect(Collectors.toMap(LabeledImage::path,
                    Function.identity()));
            Map<Path, String> reasons = new HashMap<>();
            scan.problems().forEach(problem -> reasons.putIfAbsent(problem.file(), problem.what()));
            for (String split : List.copyOf(divided.keySet())) {
                Path first = divided.get(split).keySet().iterator().next();
                divided.get(split).entrySet().removeIf(image -> {
                    if (usable.containsKey(image.getKey())) {
                        return false;
                    }
                    tally().dropImage(DropReason.UNUSABLE_IMAGE, unusable(image.getKey(), reasons));
                    tally().drop(DropReason.OF_DROPPED_IMAGE, image.getValue().labels().size(),
                            image.getKey().toString());
                    return true;
                });
                if (divided.get(split).isEmpty()) {
                    requireOptional(split, ", such as " + unusable(first, reasons));
                    divided.remove(split);
                }
            }
            return usable;
        }

        private static String unusable(Path path, Map<Path, String> reasons) {
            return "%s: %s".formatted(path, reasons.getOrDefault(path, "not usable"));
        }

        /// @param example continues the sentence, or is empty
        private void requireOptional(String split, String example) {
            if (!split.equals("test")) {
                throw new DatasetException(Failure.at(request.data(),
                        "split '%s' has no usable image left%s".formatted(split, example),
                        "repair or restore its images and annotations, "
                                + "or give `yolofit import` another ratio= or seed="));
            }
        }

        /// The number of backgrounds that are so by the choice of classes.
        private void otherClasses(Map<String, Map<Path, Split.Annotated>> divided, List<String> notes) {
            long others = divided.values().stream().flatMap(images -> images.keySet().stream())
                    .filter(ofOtherClasses::contains).count();
            if (others > 0) {
                notes.add("%d %s only of classes that names= does not list, and %s".formatted(others, others == 1
                        ? "image has objects" : "images have objects", others == 1 ? "is a background"
                        : "are backgrounds"));
            }
        }

        private Tally tally() {
            return set.tally();
        }

        private String missingAdvice() {
            return tally().droppedImages().stream().anyMatch(drop -> Set.of(DropReason.MISSING_IMAGE,
                    DropReason.SEVERAL_IMAGES).contains(drop.reason()))
                    ? "give the folder of the images as images= of `yolofit import`" : "";
        }

        /// `names=`, or the format's order, followed by classes that it does not list.
        private List<String> names() {
            if (!request.names().isEmpty()) {
                return request.names();
            }
            return sourceNames();
        }

        private List<String> sourceNames() {
            Set<String> names = new LinkedHashSet<>(set.order());
            names.addAll(new TreeSet<>(set.images().stream().flatMap(image -> image.objects().stream())
                    .map(RawObject::category).toList()));
            return List.copyOf(names);
        }

        private Map<Path, List<RawImage>> locate() {
            Path root = files.root();
            boolean nested = root.getParent() != null
                    && root.getFileName().toString().matches("(?i)annotations?|labels");
            List<Path> roots = request.images().map(images -> List.of(existing(images)))
                    .orElse(nested ? List.of(root.getParent()) : List.of(root));
            ImageLocator locator = new ImageLocator(roots);
            Map<Path, List<RawImage>> located = new LinkedHashMap<>();
            for (RawImage image : set.images()) {
                ImageLocator.Found found = locator.find(image);
                if (found.file().isPresent()) {
                    located.computeIfAbsent(found.file().get(), _ -> new ArrayList<>()).add(image);
                } else {
                    dropImage(found.fault(), image, "%s (in %s)".formatted(image.name(), image.source()));
                }
            }
            if (isFilePerImage() && Files.isDirectory(request.data())) {
                noteOthers(roots, located.keySet());
            }
            return located;
        }

        private boolean isFilePerImage() {
            return Set.of(AnnotationFormat.VOC, AnnotationFormat.LABELME, AnnotationFormat.YOLO).contains(
                    files.format());
        }

        /// Images without annotation file are not imported: nobody said that they have no objects. A damaged file is in
        /// the tally.
        private void noteOthers(List<Path> roots, Set<Path> located) {
            Set<String> annotated = files.files().stream().map(Work::stem).collect(Collectors.toSet());
            List<Path> others = roots.stream().flatMap(root -> ImageFolder.find(root).images().stream())
                    .filter(image -> !located.contains(image.toAbsolutePath().normalize())
                            && !annotated.contains(stem(image))).toList();
            if (!others.isEmpty()) {
                set.notes().add("%d %s no annotation file and %s not imported, such as %s".formatted(others.size(),
                        others.size() == 1 ? "image has" : "images have", others.size() == 1 ? "is" : "are",
                        others.getFirst()));
            }
        }

        private static String stem(Path file) {
            return FileNames.key(FileNames.stem(file.getFileName().toString()));
        }

        private static Path existing(Path images) {
            Path folder = images.toAbsolutePath().normalize();
            if (!Files.isDirectory(folder)) {
                throw new DatasetException(Failure.naming("images=" + images, "images=%s is not a folder".formatted(
                        images), "give the folder of the image files"));
            }
            return folder;
        }

        private void dropImage(DropReason reason, RawImage image, String example) {
            tally().dropImage(reason, example);
            tally().drop(DropReason.OF_DROPPED_IMAGE, image.objects().size(), image.name());
        }

        private Optional<Located> convert(Path path, List<RawImage> entries,
                Map<String, Integer> names) {
            boolean measured = entries.stream().anyMatch(entry -> !entry.hasSize() && !entry.fractions());
            ImageHeader header = null;
            if (measured) {
                try {
                    header = ImageHeader.read(path);
                } catch (IOException e) {
                    entries.forEach(entry -> dropImage(DropReason.UNUSABLE_IMAGE, entry,
                            path + ": " + FileFailure.reason(e)));
                    return Optional.empty();
                }
            }
            entries.stream().skip(1).forEach(entry -> tally().dropImage(DropReason.REPEATED_IMAGE,
                    "%s (in %s)".formatted(entry.name(), entry.source())));
            List<Label> labels = new ArrayList<>();
            Set<Label> known = new LinkedHashSet<>();
            List<DropReason> dropped = new ArrayList<>();
            for (RawImage entry : entries) {
                dropped.addAll(entry.dropped());
                int width = entry.fractions() ? 1 : entry.hasSize() ? entry.width() : header.width();
                int height = entry.fractions() ? 1 : entry.hasSize() ? entry.height() : header.height();
                for (RawObject object : entry.objects()) {
                    label(object, entry, names, width, height, dropped).ifPresent(label -> {
                        if (known.add(label)) {
                            labels.add(label);
                        } else {
                            tally().drop(DropReason.DUPLICATE, 1, entry.source() + ": " + object.place());
                        }
                    });
                }
            }
            if (labels.isEmpty() && dropped.stream().anyMatch(DropReason::marksObject)) {
                tally().dropImage(DropReason.NO_USABLE_OBJECT, "%s (in %s): %s".formatted(entries.getFirst().name(),
                        entries.getFirst().source(), dropped.stream().filter(DropReason::marksObject).findFirst()
                                .orElseThrow().text()));
                return Optional.empty();
            }
            if (labels.isEmpty() && dropped.contains(DropReason.OTHER_CLASS)) {
                ofOtherClasses.add(path);
            }
            RawImage sized = entries.stream().filter(RawImage::hasSize).findFirst().orElse(entries.getFirst());
            RawImage entry = entries.stream().filter(one -> SPLITS.contains(one.split())).findFirst()
                    .orElse(entries.getFirst());
            return Optional.of(new Located(entry, new Split.Annotated(sized.width(), sized.height(), labels)));
        }

        /// @param dropped receives the reason if the object is dropped
        private Optional<Label> label(RawObject object, RawImage entry, Map<String, Integer> names, int width,
                int height, List<DropReason> dropped) {
            int category = names.getOrDefault(object.category(), -1);
            if (category < 0) {
                dropped.add(DropReason.OTHER_CLASS);
                tally().drop(DropReason.OTHER_CLASS, 1, "%s: %s, class '%s'".formatted(entry.source(), object.place(),
                        object.category()));
                return Optional.empty();
            }
            return BoxConverter.label(object, category, width, height, reason -> {
                dropped.add(reason);
                tally().drop(reason, 1, "%s: %s (%s)".formatted(entry.source(), object.place(),
                        BoxConverter.text(object)));
            }, tally()::clip);
        }

        /// Fills the splits, and says how.
        private String divide(Map<Path, Located> images, Map<String, Map<Path, Split.Annotated>> divided,
                List<String> notes) {
            SplitShares shares = request.shares().orElse(SplitShares.DEFAULT);
            Division division = new Division(set.images(), isFilePerImage(), request.shares().isEmpty(), sourceNames(),
                    shares, request.seed());
            if (division.isRandom()) {
                requireEnough(images.keySet());
            }
            images.forEach((path, image) -> divided.computeIfAbsent(division.split(image.entry()), _ ->
                    new LinkedHashMap<>()).put(path, image.image()));
            SPLITS.stream().filter(split -> division.splits().contains(split) && !divided.containsKey(split))
                    .forEach(split -> requireOptional(split, tally().droppedImages().stream().findFirst()
                            .map(dropped -> "; %d of the source: %s, such as %s".formatted(dropped.count(),
                                    dropped.reason().text(), dropped.example())).orElse("")));
            long unlisted = images.values().stream().filter(image -> !SPLITS.contains(image.entry().split())).count();
            if (division.isOwn() && unlisted > 0) {
                notes.add("%d images are in no split of the source: they are training images".formatted(unlisted));
            }
            return !division.isRandom() ? "splits of the source"
                    : "%s %s,%s%s with seed %d, stratified by class".formatted(division.isOwn()
                            ? "the source has no validation split: its training images split" : "split",
                            shares.train(), shares.val(), shares.test() > 0 ? "," + shares.test() : "",
                            request.seed());
        }

        private void requireEnough(Set<Path> images) {
            if (images.size() < 2) {
                throw new DatasetException(Failure.naming(request.data(), ("%s has one usable image, %s: at least two "
                        + "are needed, for training and for validation").formatted(request.data(),
                                images.iterator().next()), ""));
            }
        }

        private Dataset dataset(List<String> names, Map<String, Map<Path, Split.Annotated>> divided) {
            Map<String, Split> splits = new LinkedHashMap<>();
            SPLITS.stream().filter(divided::containsKey).forEach(name ->
                    splits.put(name, split(name, names, divided.get(name))));
            return new Dataset(file(), files.root(), names, splits, Map.of());
        }

        private Split split(String name, List<String> names, Map<Path, Split.Annotated> images) {
            return new Split(name, names, LabelFormat.ofBoxes(names.size()), List.of(file()), files.root(), List.of(),
                    Optional.of(new Split.Annotations(file(), images)));
        }

        private Path file() {
            return request.data().toAbsolutePath().normalize();
        }
    }
}

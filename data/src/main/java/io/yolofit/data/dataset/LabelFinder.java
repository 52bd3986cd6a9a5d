package io.yolofit.data.dataset;

import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.FolderListing;
import io.yolofit.data.files.ImageFormats;
import io.yolofit.data.files.PathFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the label file of every image, one folder of images at a time:
///
/// 1. the expected file ([LabelPath]);
/// 2. a file of the same stem in the image's own folder;
/// 3. a file in either folder whose name differs only in case or Unicode normalization (`Labels/IMG.TXT`), if no image
///    claims it exactly and no other image could mean it.
///
/// It also collects what does not match: label files that belong to no image, and images without label file.
final class LabelFinder {
    private static final String TEXT = LabelPath.EXTENSION.substring(1);
    /// Text files that annotation tools and exports add to folders of labels.
    private static final Set<String> NOT_LABELS = Set.of("classes", "labels", "readme", "license", "notes",
            "readme.dataset", "readme.roboflow");

    private final Set<Path> lists;
    private final PathFinder finder = new PathFinder();
    private final Map<Path, Path> labels = new HashMap<>();
    private final List<Path> unused = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    /// @param lists text files that are not labels: the image lists of the split
    private LabelFinder(Set<Path> lists) {
        this.lists = lists;
    }

    /// @param labels label file by image; images without label file have no entry
    /// @param unused label files that belong to no image
    /// @param problems folders that cannot be listed
    record Found(Map<Path, Path> labels, List<Path> unused, List<Problem> problems) {
        static final Found NONE = new Found(Map.of(), List.of(), List.of());

        /// The label file of an image, or the path where it was expected.
        Path fileOf(Path image) {
            return labels.getOrDefault(image, LabelPath.of(image));
        }
    }

    static Found find(List<Path> images, Set<Path> lists) {
        LabelFinder finder = new LabelFinder(lists);
        Map<Path, List<Path>> byFolder = new LinkedHashMap<>();
        images.forEach(image -> byFolder.computeIfAbsent(image.getParent(), folder -> new ArrayList<>()).add(image));
        byFolder.forEach(finder::inFolder);
        finder.foldersAbove(byFolder.keySet());
        return new Found(Map.copyOf(finder.labels), List.copyOf(finder.unused), List.copyOf(finder.problems));
    }

    private void inFolder(Path folder, List<Path> images) {
        FolderListing own = list(folder);
        Path expected = LabelPath.folder(folder);
        FolderListing far = expected.equals(folder) ? FolderListing.empty(folder) : list(existing(expected));
        Candidates inLabels = new Candidates(far);
        Candidates inImages = new Candidates(own);
        List<Path> unmatched = new ArrayList<>();
        for (Path image : images) {
            Path name = FileNames.withExtension(image.getFileName(), LabelPath.EXTENSION);
            if (inLabels.texts.contains(name)) {
                labels.put(image, far.folder().resolve(name));
            } else if (inImages.texts.contains(name)) {
                labels.put(image, folder.resolve(name));
            } else {
                unmatched.add(image);
            }
        }
        // every image file of the folder claims its label file, also those of other splits
        Set<Path> imageNames = new HashSet<>(own.names().stream().filter(ImageFormats::isImage).toList());
        for (Path name : imageNames) {
            Path text = FileNames.withExtension(name, LabelPath.EXTENSION);
            inLabels.claim(text);
            inImages.claim(text);
        }
        Map<String, Set<String>> stems = new HashMap<>();
        for (Path name : imageNames) {
            String stem = FileNames.stem(name.toString());
            stems.computeIfAbsent(FileNames.key(stem), key -> new HashSet<>()).add(stem);
        }
        for (Path image : unmatched) {
            String key = FileNames.key(FileNames.stem(image.getFileName().toString()));
            if (stems.getOrDefault(key, Set.of()).size() <= 1) {
                inLabels.similar(key).or(() -> inImages.similar(key)).ifPresent(label -> labels.put(image, label));
            }
        }
        stems.keySet().forEach(key -> {
            inLabels.claimSimilar(key);
            inImages.claimSimilar(key);
        });
        unused.addAll(inLabels.unclaimed());
        unused.addAll(inImages.unclaimed());
        subfolders(far, own);
    }

    /// Label files below a label folder, in folders that the folder of images does not have.
    private void subfolders(FolderListing labelFolder, FolderListing imageFolder) {
        Set<String> keys = new HashSet<>();
        imageFolder.names().forEach(name -> keys.add(FileNames.key(name.toString())));
        for (Path name : labelFolder.names()) {
            Path folder = labelFolder.folder().resolve(name);
            if (!FileNames.extension(name).equals(TEXT) && !name.toString().startsWith(".")
                    && !keys.contains(FileNames.key(name.toString())) && Files.isDirectory(folder)) {
                FolderListing listing = list(folder);
                unused.addAll(new Candidates(listing).unclaimed());
                subfolders(listing, FolderListing.empty(folder));
            }
        }
    }

    /// Label folders above an expected one that does not exist, as when the label files are in `labels` and the images
    /// in `images/train`.
    private void foldersAbove(Set<Path> imageFolders) {
        Set<Path> searched = new HashSet<>();
        imageFolders.forEach(folder -> searched.add(existing(LabelPath.folder(folder))));
        searched.addAll(imageFolders);
        Set<Path> stray = new HashSet<>();
        for (Path folder : imageFolders) {
            Path root = existing(LabelPath.root(folder));
            Path expected = LabelPath.folder(folder);
            while (!Files.isDirectory(existing(expected)) && expected.startsWith(LabelPath.root(folder))
                    && expected.getNameCount() > LabelPath.root(folder).getNameCount()) {
                expected = expected.getParent();
            }
            Path found = existing(expected);
            if (found.startsWith(root) && Files.isDirectory(found) && !searched.contains(found)) {
                stray.add(found);
            }
        }
        stray.stream().sorted().forEach(folder -> unused.addAll(new Candidates(list(folder)).unclaimed()));
    }

    /// The folder, or the one whose name differs in case or Unicode normalization.
    private Path existing(Path folder) {
        return finder.find(folder).orElse(folder);
    }

    private FolderListing list(Path folder) {
        try {
            return FolderListing.of(folder);
        } catch (NoSuchFileException e) { // if it is no link, reported by the images that have no labels
            LabelFile.brokenLink(folder).ifPresent(what -> problems.add(
                    Problem.ofFile(folder, what, Outcome.FILES_SKIPPED)));
            return FolderListing.empty(folder);
        } catch (IOException e) {
            problems.add(Problem.ofFile(folder, "the folder cannot be listed: " + FileFailure.reason(e),
                    Outcome.FILES_SKIPPED));
            return FolderListing.empty(folder);
        }
    }

    /// The text files of a folder that may be labels.
    private final class Candidates {
        private final Path folder;
        private final Set<Path> texts = new HashSet<>();
        private final Map<String, List<Path>> unclaimed = new LinkedHashMap<>(); // by key of the stem

        Candidates(FolderListing listing) {
            this.folder = listing.folder();
            for (Path name : listing.names()) {
                String stem = FileNames.stem(name.toString());
                if (FileNames.extension(name).equals(TEXT) && !name.toString().startsWith(".")
                        && !lists.contains(folder.resolve(name))) {
                    texts.add(name);
                    if (!NOT_LABELS.contains(FileNames.key(stem))) {
                        unclaimed.computeIfAbsent(FileNames.key(stem), key -> new ArrayList<>()).add(name);
                    }
                }
            }
        }

        void claim(Path name) {
            String key = FileNames.key(FileNames.stem(name.toString()));
            List<Path> names = unclaimed.get(key);
            if (names != null) {
                names.remove(name);
            }
        }

        void claimSimilar(String key) {
            List<Path> names = unclaimed.get(key);
            if (names != null && names.size() == 1) {
                names.clear();
            }
        }

        /// The only unclaimed file of a stem.
        Optional<Path> similar(String key) {
            List<Path> names = unclaimed.getOrDefault(key, List.of());
            return names.size() == 1 ? Optional.of(folder.resolve(names.getFirst())) : Optional.empty();
        }

        List<Path> unclaimed() {
            return unclaimed.values().stream().flatMap(List::stream).map(folder::resolve).toList();
        }
    }
}

package io.yolofit.data.dataset;

import java.io.File;
import java.nio.file.Path;

/// The label file of an image: the last `/images/` of the path becomes `/labels/`, the extension `.txt`. An image that
/// is not in any `images` folder has its labels in its own folder.
final class LabelPath {
    private static final String IMAGES = File.separator + "images" + File.separator;
    private static final String LABELS = File.separator + "labels" + File.separator;

    private LabelPath() {
    }

    static Path of(Path image) {
        String name = image.toString();
        int folder = name.lastIndexOf(IMAGES);
        if (folder >= 0) {
            name = name.substring(0, folder) + LABELS + name.substring(folder + IMAGES.length());
        }
        int dot = name.lastIndexOf('.');
        return Path.of((dot > name.lastIndexOf(File.separatorChar) ? name.substring(0, dot) : name) + ".txt");
    }

    /// The root of the label files of the image's folder tree: `.../labels`, or the image's own folder.
    static Path root(Path image) {
        String name = image.toString();
        int folder = name.lastIndexOf(IMAGES);
        return folder >= 0 ? Path.of(name.substring(0, folder) + File.separator + "labels") : image.getParent();
    }
}

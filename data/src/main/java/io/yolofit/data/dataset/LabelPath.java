package io.yolofit.data.dataset;

import java.io.File;
import java.nio.file.Path;

/// Where an image's labels are: the last `/images/` of the path becomes `/labels/`, the extension `.txt`. An image
/// outside any `images` folder has its labels beside it.
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

    /// The folder that holds the labels of all images like this one: `.../labels`, or the image's own folder.
    static Path root(Path image) {
        String name = image.toString();
        int folder = name.lastIndexOf(IMAGES);
        return folder >= 0 ? Path.of(name.substring(0, folder) + File.separator + "labels") : image.getParent();
    }
}

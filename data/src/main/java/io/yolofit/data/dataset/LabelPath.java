package io.yolofit.data.dataset;

import io.yolofit.data.files.FileNames;
import java.nio.file.Path;

/// The expected label file of an image: the last `images` folder of the path becomes `labels`, the extension `.txt`. An
/// image that is not in any `images` folder has its labels in its own folder. Names keep their bytes.
final class LabelPath {
    static final String EXTENSION = ".txt";
    private static final String IMAGES = "images";
    private static final String LABELS = "labels";

    private LabelPath() {
    }

    static Path of(Path image) {
        return folder(image.getParent()).resolve(FileNames.withExtension(image.getFileName(), EXTENSION));
    }

    /// The label folder of a folder of images.
    static Path folder(Path images) {
        int last = lastImages(images);
        if (last < 0) {
            return images;
        }
        Path root = root(images);
        return last + 1 == images.getNameCount() ? root : root.resolve(images.subpath(last + 1, images.getNameCount()));
    }

    /// The root of the label folders of the folder's tree: `.../labels`, or the folder itself.
    static Path root(Path images) {
        int last = lastImages(images);
        if (last < 0) {
            return images;
        }
        Path parent = images.getRoot();
        if (last > 0) {
            parent = parent == null ? images.subpath(0, last) : parent.resolve(images.subpath(0, last));
        }
        return parent == null ? Path.of(LABELS) : parent.resolve(LABELS);
    }

    /// The index of the last folder called `images`, or, if there is none, `Images` or `IMAGES`.
    private static int lastImages(Path folder) {
        int similar = -1;
        for (int i = folder.getNameCount() - 1; i >= 0; i--) {
            String name = folder.getName(i).toString();
            if (name.equals(IMAGES)) {
                return i;
            }
            if (similar < 0 && name.equalsIgnoreCase(IMAGES)) {
                similar = i;
            }
        }
        return similar;
    }
}

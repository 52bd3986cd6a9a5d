package io.yolofit.app.evaluation;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Unique output names for images: the file name without extension, numbered if an image of another folder or format
/// has the same name.
public final class OutputNames {
    private final Set<String> taken = new HashSet<>();

    public String of(Path image) {
        String stem = stem(image);
        String name = stem;
        for (int number = 2; !taken.add(name); number++) {
            name = stem + "_" + number;
        }
        return name;
    }

    /// The file name without folder and extension.
    static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}

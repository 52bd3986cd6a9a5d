package io.yolofit.data.formats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An image as an annotation file describes it.
///
/// @param name      of the image file, as written there; may be a path, a URL, or lack its extension
/// @param source    the annotation file
/// @param split     `train`, `val` or `test` where files or folders say so; else empty
/// @param width     of the annotated image in pixels; 0 if unknown
/// @param height    in pixels; 0 if unknown
/// @param fractions whether boxes are fractions of the image's size instead of pixels
/// @param objects   to which the reader adds
/// @param dropped   reasons of the annotations that the reader dropped
public record RawImage(String name, Path source, String split, int width, int height, boolean fractions,
                List<RawObject> objects, List<DropReason> dropped) {
    RawImage(String name, Path source, String split, int width, int height) {
        this(name, source, split, Math.max(width, 0), Math.max(height, 0), false, new ArrayList<>(),
                new ArrayList<>());
    }

    static RawImage ofFractions(String name, Path source, String split) {
        return new RawImage(name, source, split, 0, 0, true, new ArrayList<>(), new ArrayList<>());
    }

    public boolean hasSize() {
        return width > 0 && height > 0;
    }
}

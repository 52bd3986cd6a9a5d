package io.yolofit.data.formats;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the readers have read: images with their objects, class names in the order of the format, notes for the user.
///
/// @param order class names in the order of their numbers, where the format has one
/// @param difficult whether objects that are marked difficult are kept
public record RawSet(List<RawImage> images, Set<String> order, List<String> notes, Tally tally, boolean difficult) {
    RawSet(boolean difficult) {
        this(new ArrayList<>(), new LinkedHashSet<>(), new ArrayList<>(), new Tally(), difficult);
    }

    void add(RawImage image) {
        tally.image();
        images.add(image);
    }

    /// Drops an annotation of no image that is known.
    void drop(DropReason reason, String example) {
        tally.drop(reason, 1, example);
    }

    /// Drops an annotation of an image.
    void drop(RawImage image, DropReason reason, String example) {
        drop(reason, example);
        image.dropped().add(reason);
    }
}

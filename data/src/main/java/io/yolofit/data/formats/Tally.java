package io.yolofit.data.formats;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The account of an import: what was read, and what was dropped for which reason. What remains is what was kept.
public final class Tally {
    private final Map<DropReason, Dropped> annotations = new EnumMap<>(DropReason.class);
    private final Map<DropReason, Dropped> images = new EnumMap<>(DropReason.class);
    private long annotationsRead;
    private long imagesRead;
    private long clipped;

    /// Annotations or images that were dropped for one reason.
    ///
    /// @param example the place of the first one, and what was found there
    public record Dropped(DropReason reason, long count, String example) {}

    void annotation() {
        annotationsRead++;
    }

    void image() {
        imagesRead++;
    }

    public void clip() {
        clipped++;
    }

    public void drop(DropReason reason, long count, String example) {
        add(annotations, reason, count, example);
    }

    public void dropImage(DropReason reason, String example) {
        add(images, reason, 1, example);
    }

    private static void add(Map<DropReason, Dropped> dropped, DropReason reason, long count, String example) {
        if (count > 0) {
            String printable = example.replaceAll("\\p{Cntrl}", "\ufffd"); // names of a damaged file may hold anything
            dropped.merge(reason, new Dropped(reason, count, printable),
                    (old, more) -> new Dropped(reason, old.count + more.count, old.example));
        }
    }

    public long annotationsRead() {
        return annotationsRead;
    }

    public long annotationsKept() {
        return annotationsRead - droppedAnnotations().stream().mapToLong(Dropped::count).sum();
    }

    public List<Dropped> droppedAnnotations() {
        return new ArrayList<>(annotations.values());
    }

    public long imagesRead() {
        return imagesRead;
    }

    public long imagesKept() {
        return imagesRead - droppedImages().stream().mapToLong(Dropped::count).sum();
    }

    public List<Dropped> droppedImages() {
        return new ArrayList<>(images.values());
    }

    /// Kept boxes that reached beyond the image and were cut at its border.
    public long clipped() {
        return clipped;
    }
}

package io.yolofit.data.importing;

import io.yolofit.data.formats.RawImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The splits of a source: its own, or a random division that is stratified by class.
///
/// They depend on the annotations as they were read, the shares and the seed, and not on which images and objects can
/// be used: an image that is missing or damaged leaves the others in their splits.
final class Division {
    static final List<String> SPLITS = List.of("train", "val", "test");
    private static final String TRAIN = SPLITS.get(0);
    private static final String VAL = SPLITS.get(1);

    private final boolean filePerImage;
    private final boolean own;
    private final boolean random;
    private final Map<Key, String> splits = new HashMap<>();

    /// Identifies an image without its file.
    ///
    /// @param place the annotation file if it has one image, else its folder
    private record Key(Path place, String name, String split) {}

    /// @param filePerImage whether an annotation file has one image
    /// @param keepOwn      whether the splits of the source are used if it has training images
    /// @param classes      all classes of the source
    Division(List<RawImage> images, boolean filePerImage, boolean keepOwn, List<String> classes, SplitShares shares,
            long seed) {
        this.filePerImage = filePerImage;
        this.own = keepOwn && images.stream().anyMatch(image -> image.split().equals(TRAIN));
        boolean complete = own && images.stream().anyMatch(image -> image.split().equals(VAL));
        Map<String, Integer> numbers = new HashMap<>();
        classes.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
        Map<Key, Set<Integer>> divided = new TreeMap<>(Comparator.comparing(Key::place).thenComparing(Key::name)
                .thenComparing(Key::split));
        for (RawImage image : images) {
            String split = SPLITS.contains(image.split()) ? image.split() : TRAIN;
            if (complete || own && !split.equals(TRAIN)) {
                splits.put(key(image), split);
            } else {
                Set<Integer> all = divided.computeIfAbsent(key(image), _ -> new TreeSet<>());
                image.objects().forEach(object -> all.add(numbers.get(object.category())));
            }
        }
        List<Key> keys = List.copyOf(divided.keySet());
        int[] assigned = StratifiedSplit.of(new ArrayList<>(divided.values()), numbers.size(), shares.array(), seed);
        for (int i = 0; i < assigned.length; i++) {
            splits.put(keys.get(i), SPLITS.get(assigned[i]));
        }
        this.random = !keys.isEmpty();
    }

    private Key key(RawImage image) {
        return new Key(filePerImage ? image.source() : image.source().getParent(), image.name(), image.split());
    }

    /// Whether the source's own splits are used, at least for other images than those of training.
    boolean isOwn() {
        return own;
    }

    /// Whether images were divided at random.
    boolean isRandom() {
        return random;
    }

    /// The splits that have images, usable or not.
    Set<String> splits() {
        return new HashSet<>(splits.values());
    }

    String split(RawImage image) {
        return splits.get(key(image));
    }
}

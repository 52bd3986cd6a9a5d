package io.yolofit.data.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Groups images that look alike: hashes that differ in at most 3 of 63 bits, and pictures that differ by at most 5
/// gray levels on average.
///
/// Two hashes with at most 3 different bits agree in one of four bands of 16 bits, so that only images that share a
/// band are compared (multi-index hashing; Norouzi, Punjani and Fleet, 2012): 100,000 images need a few hundred
/// thousand comparisons instead of 5 billion. Images of one hash are compared with the first few of them only.
public final class NearDuplicates {
    /// Bits that may differ.
    public static final int MOST_BITS = 3;
    private static final double MOST_DIFFERENCE = 5; // gray levels
    private static final int BANDS = 4;
    private static final int BAND_BITS = 16;
    private static final int BAND_MASK = (1 << BAND_BITS) - 1;
    private static final int MOST_OF_ONE_HASH = 8;

    private final List<PictureHash> hashes;
    private final int[] parents;

    private NearDuplicates(List<PictureHash> hashes) {
        this.hashes = hashes;
        this.parents = new int[hashes.size()];
        for (int i = 0; i < parents.length; i++) {
            parents[i] = i;
        }
    }

    /// Groups of two and more images, by index, in ascending order.
    ///
    /// @param hashes of all images; those without contrast are in no group
    public static List<List<Integer>> groups(List<PictureHash> hashes) {
        NearDuplicates search = new NearDuplicates(hashes);
        search.compare(search.representatives());
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < hashes.size(); i++) {
            groups.computeIfAbsent(search.root(i), _ -> new ArrayList<>()).add(i);
        }
        return groups.values().stream().filter(group -> group.size() > 1).toList();
    }

    /// The images that differ from the earlier ones of their hash.
    private List<Integer> representatives() {
        Map<Long, List<Integer>> byHash = new HashMap<>();
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < hashes.size(); i++) {
            if (!hashes.get(i).flat()) {
                List<Integer> same = byHash.computeIfAbsent(hashes.get(i).bits(), _ -> new ArrayList<>());
                int image = i;
                int known = same.stream().filter(other -> lookAlike(other, image)).findFirst().orElse(-1);
                if (known >= 0) {
                    join(known, i);
                } else if (same.size() < MOST_OF_ONE_HASH) {
                    same.add(i);
                    all.add(i);
                }
            }
        }
        return all;
    }

    private void compare(List<Integer> images) {
        for (int band = 0; band < BANDS; band++) {
            Map<Integer, List<Integer>> buckets = new HashMap<>();
            for (int image : images) {
                int key = (int) (hashes.get(image).bits() >>> (band * BAND_BITS)) & BAND_MASK;
                List<Integer> bucket = buckets.computeIfAbsent(key, _ -> new ArrayList<>());
                for (int other : bucket) {
                    if (Long.bitCount(hashes.get(image).bits() ^ hashes.get(other).bits()) <= MOST_BITS
                            && root(image) != root(other) && lookAlike(other, image)) {
                        join(other, image);
                    }
                }
                bucket.add(image);
            }
        }
    }

    private boolean lookAlike(int first, int second) {
        return hashes.get(first).difference(hashes.get(second)) <= MOST_DIFFERENCE;
    }

    private int root(int image) {
        int root = image;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    /// The smaller index becomes the root.
    private void join(int first, int second) {
        int a = root(first);
        int b = root(second);
        parents[Math.max(a, b)] = Math.min(a, b);
    }
}

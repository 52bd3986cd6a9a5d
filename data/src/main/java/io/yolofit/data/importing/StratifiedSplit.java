package io.yolofit.data.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Divides images into splits of given sizes so that every class has the same share in each: iterative stratification
/// (Sechidis et al., On the stratification of multi-label data, 2011). Classes are taken from the rarest on; an image
/// of the class goes to the split that lacks most images of it. Depends on the seed and the order of the images only.
final class StratifiedSplit {
    private final List<Set<Integer>> classes;
    private final double[][] lack; // [split][class], images
    private final int[] room; // [split], images
    private final int[] splits; // [image]

    private StratifiedSplit(List<Set<Integer>> classes, int classCount, double[] shares) {
        this.classes = classes;
        this.room = sizes(classes.size(), shares);
        this.lack = new double[shares.length][classCount];
        this.splits = new int[classes.size()];
        Arrays.fill(splits, -1);
        for (Set<Integer> image : classes) {
            for (int category : image) {
                for (int split = 0; split < shares.length; split++) {
                    lack[split][category] += shares[split];
                }
            }
        }
    }

    /// The split of every image.
    ///
    /// @param classes the classes of each image; empty for a background
    /// @param shares  of the splits, which sum to 1
    static int[] of(List<Set<Integer>> classes, int classCount, double[] shares, long seed) {
        StratifiedSplit division = new StratifiedSplit(classes, classCount, shares);
        List<Integer> order = new ArrayList<>(IntStream.range(0, classes.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        List<List<Integer>> images = new ArrayList<>();
        IntStream.range(0, classCount).forEach(_ -> images.add(new ArrayList<>()));
        order.forEach(image -> classes.get(image).forEach(category -> images.get(category).add(image)));
        IntStream.range(0, classCount).boxed().sorted(Comparator.comparing(category -> images.get(category).size()))
                .forEach(category -> images.get(category).forEach(image -> division.assign(image, category)));
        order.forEach(image -> division.assign(image, -1));
        return division.splits;
    }

    /// Images per split: the shares rounded, at least one for each split if there are enough images.
    private static int[] sizes(int images, double[] shares) {
        int[] sizes = new int[shares.length];
        int left = images;
        for (int split = shares.length - 1; split > 0; split--) {
            int wanted = shares[split] == 0 ? 0 : Math.max(1, (int) Math.rint(images * shares[split]));
            sizes[split] = Math.min(wanted, Math.max(0, left - 1));
            left -= sizes[split];
        }
        sizes[0] = left;
        return sizes;
    }

    /// @param category that decides; -1 for an image without one that is left
    private void assign(int image, int category) {
        if (splits[image] >= 0) {
            return;
        }
        int best = -1;
        for (int split = 0; split < room.length; split++) {
            if (room[split] > 0 && (best < 0 || isBetter(split, best, category))) {
                best = split;
            }
        }
        splits[image] = best;
        room[best]--;
        for (int other : classes.get(image)) {
            lack[best][other]--;
        }
    }

    private boolean isBetter(int split, int than, int category) {
        int byClass = category < 0 ? 0 : Double.compare(lack[split][category], lack[than][category]);
        return byClass != 0 ? byClass > 0 : room[split] > room[than];
    }
}

package io.yolofit.data.batch;

import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Class-balanced order of an epoch: images with rare classes are repeated, and others are left out as often, so that
/// an epoch keeps its length.
///
/// An image is drawn in proportion to its repeat factor: `sqrt(f_max / f(c))`, at most over its classes c, where f is
/// the share of images with a class and f_max that of the most frequent class; 1 for a background image (Gupta, Dollar
/// and Girshick, LVIS, 2019, with f_max as the threshold).
final class BalancedOrder {
    private BalancedOrder() {
    }

    /// The repeat factor of each image.
    static double[] factors(List<LabeledImage> images) {
        Map<Integer, Long> counts = images.stream()
                .flatMap(image -> image.labels().stream().map(Label::category).distinct())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        double most = counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return images.stream().mapToDouble(image -> image.labels().stream()
                .mapToDouble(label -> Math.sqrt(most / counts.get(label.category()))).max().orElse(1)).toArray();
    }

    /// As many image numbers as there are images, in random order. Systematic sampling: each image occurs as often as
    /// its share of the factors says, rounded down or up at random.
    static int[] order(double[] factors, RandomStream random) {
        double sum = 0;
        for (double factor : factors) {
            sum += factor;
        }
        int count = factors.length;
        int[] drawn = new int[count];
        double position = random.unit();
        double end = 0;
        int next = 0;
        for (int image = 0; image < count; image++) {
            end += factors[image] / sum * count;
            while (next < count && (position + next < end || image == count - 1)) {
                drawn[next++] = image;
            }
        }
        int[] order = random.permutation(count);
        for (int i = 0; i < count; i++) {
            order[i] = drawn[order[i]];
        }
        return order;
    }
}

package io.yolofit.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BalancedOrderTest {
    /// 64 images of class 0, 4 of classes 0 and 1, 2 backgrounds.
    private static final List<LabeledImage> IMAGES = IntStream.range(0, 70).mapToObj(i -> image(i,
            i < 64 ? new int[] {0, 0, 0} : i < 68 ? new int[] {0, 1} : new int[0])).toList();

    private static LabeledImage image(int number, int... classes) {
        return new LabeledImage(Path.of(number + ".jpg"), 100, 100, Arrays.stream(classes)
                .mapToObj(category -> Label.ofBox(category, .5f, .5f, .2f, .2f)).toList());
    }

    @Test
    void anImageIsRepeatedByTheRarestOfItsClasses() {
        double[] factors = BalancedOrder.factors(IMAGES);
        assertThat(factors[0]).isEqualTo(1);
        assertThat(factors[64]).isCloseTo(Math.sqrt(68 / 4.), within(1e-12));
        assertThat(factors[69]).isEqualTo(1);
    }

    @Test
    void imagesOccurInProportionToTheirFactors() {
        double[] factors = BalancedOrder.factors(IMAGES);
        double share = Arrays.stream(factors).sum() / factors.length;
        int epochs = 400;
        int[] counts = new int[factors.length];
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = BalancedOrder.order(factors, RandomStream.of(3, epoch));
            assertThat(order).hasSize(factors.length);
            int[] inEpoch = new int[factors.length];
            Arrays.stream(order).forEach(image -> inEpoch[image]++);
            for (int image = 0; image < counts.length; image++) {
                double expected = factors[image] / share;
                assertThat(inEpoch[image]).isBetween((int) Math.floor(expected), (int) Math.ceil(expected));
                counts[image] += inEpoch[image];
            }
        }
        for (int image = 0; image < counts.length; image++) {
            assertThat(counts[image] / (double) epochs).isCloseTo(factors[image] / share, within(.1));
        }
    }

    @Test
    void withoutRareClassesEveryImageOccursOnce() {
        double[] factors = BalancedOrder.factors(IMAGES.subList(0, 64));
        assertThat(BalancedOrder.order(factors, RandomStream.of(1))).doesNotHaveDuplicates().hasSize(64);
    }

    @Test
    void ordersDependOnSeedAndEpochAndOnlyWithTheOption() {
        LoaderOptions plain = LoaderOptions.training(64, 8, Augmentation.none(), 5, 0);
        LoaderOptions balanced = plain.withBalanced(true);
        assertThat(images(balanced, 0)).isEqualTo(images(balanced, 0)).isNotEqualTo(images(balanced, 1));
        assertThat(Stream.of(64, 65, 66, 67).flatMap(rare -> images(balanced, 0).stream().filter(rare::equals)).count())
                .isGreaterThan(8);
        assertThat(images(plain, 0)).doesNotHaveDuplicates();
        assertThat(images(balanced.withRect(true), 0)).as("rectangles").doesNotHaveDuplicates();
    }

    private static List<Integer> images(LoaderOptions options, int epoch) {
        EpochOrder order = new EpochOrder(options, IMAGES, epoch);
        return IntStream.range(0, IMAGES.size()).mapToObj(order::image).toList();
    }
}

package io.yolofit.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.dataset.LabeledImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchShapeTest {
    private static final LabeledImage SQUARE = new LabeledImage(Path.of("a.png"), 64, 64, List.of());

    private static LoaderOptions options(int imageSize, int batch) {
        return LoaderOptions.validation(imageSize, batch, 0);
    }

    /// The shapes that occur in a number of epochs.
    private static Set<BatchShape> seen(LoaderOptions options, List<LabeledImage> images, int epochs) {
        Set<BatchShape> seen = new HashSet<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            EpochOrder order = new EpochOrder(options, images, epoch);
            for (int batch = 0; batch < order.batches(); batch++) {
                EpochOrder.Shape shape = order.shape(batch);
                seen.add(new BatchShape(order.positions(batch).length, shape.outputHeight(), shape.outputWidth()));
            }
        }
        return seen;
    }

    @Test
    void squareShapesAreFullBatchesAndTheLastOfAnEpoch() {
        assertThat(BatchShape.square(options(64, 4), 12)).containsExactly(new BatchShape(4, 64, 64));
        assertThat(BatchShape.square(options(64, 4), 14)).containsExactly(new BatchShape(4, 64, 64),
                new BatchShape(2, 64, 64));
        assertThat(BatchShape.square(options(64, 4), 3)).containsExactly(new BatchShape(3, 64, 64));
    }

    @Test
    void aRankHasItsSliceOfEveryShape() {
        assertThat(BatchShape.square(options(64, 4).withRank(0, 3), 14)).containsExactly(new BatchShape(2, 64, 64),
                new BatchShape(1, 64, 64));
        assertThat(BatchShape.square(options(64, 6).withRank(1, 2), 15)).containsExactly(new BatchShape(3, 64, 64),
                new BatchShape(1, 64, 64));
    }

    @Test
    void multiScaleShapesAreExactlyThoseThatOccur() {
        for (double range : new double[] {.1, .25, .5, .9}) {
            LoaderOptions options = options(160, 2).withMultiScale(range);
            List<LabeledImage> images = Collections.nCopies(5, SQUARE);
            List<BatchShape> shapes = BatchLoader.shapes(images, options);
            assertThat(new HashSet<>(shapes)).as("range " + range).isEqualTo(seen(options, images, 400));
            assertThat(shapes.getFirst().images()).isEqualTo(2);
            assertThat(shapes.getFirst().height()).isEqualTo(shapes.stream().mapToInt(BatchShape::height).max()
                    .orElseThrow());
        }
    }

    @Test
    void rectangularShapesAreExactlyThoseThatOccur() {
        var random = new SplittableRandom(4);
        List<LabeledImage> images = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            images.add(new LabeledImage(Path.of(i + ".png"), random.nextInt(20, 200), random.nextInt(20, 200),
                    List.of()));
        }
        LoaderOptions options = options(128, 4).withRect(true);
        assertThat(new HashSet<>(BatchLoader.shapes(images, options))).isEqualTo(seen(options, images, 1))
                .isEqualTo(seen(options, images, 3));
        LoaderOptions varied = options.withMultiScale(.3);
        assertThat(new HashSet<>(BatchLoader.shapes(images, varied))).containsAll(seen(varied, images, 50));
        assertThatThrownBy(() -> BatchShape.square(options, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}

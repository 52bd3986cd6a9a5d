package io.yolofit.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.data.image.Mats;
import io.yolofit.data.image.TestImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchLoaderTest {
    private static final int SIZE = 96;
    private static final Augmentation EVERYTHING =
            new Augmentation(0.015, 0.7, 0.4, 10, 0.1, 0.5, 5, 0.0005, 0.5, 0.5, 0.2, 0.8, 0.3, 0.3, 0);

    @TempDir
    static Path demo;
    private static List<LabeledImage> images;

    @TempDir
    Path folder;
    private final List<Problem> problems = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void demoImages() throws IOException {
        Dataset dataset = Dataset.load(DemoDataset.create(demo, 10, 1, 128, 3));
        images = dataset.train().scan(ScanOptions.defaults().withCacheFolder(demo.resolve("cache"))).images();
    }

    /// A copy of everything that a consumer sees of a batch.
    private record Seen(int height, int width, byte[] pixels, float[] targets, int[] offsets, List<String> names) {
        static Seen of(Batch batch) {
            return new Seen(batch.height(), batch.width(), batch.pixels().toArray(ValueLayout.JAVA_BYTE),
                    batch.targets(),
                    batch.offsets(), batch.samples().stream().map(sample -> sample.path().getFileName().toString())
                    .toList());
        }
    }

    private List<Seen> epoch(List<LabeledImage> from, LoaderOptions options, int epoch) {
        try (ImageStore store = ImageStore.uncached(from, options.imageSize())) {
            return epoch(from, store, options, epoch);
        }
    }

    private List<Seen> epoch(List<LabeledImage> from, ImageStore store, LoaderOptions options, int epoch) {
        try (BatchLoader loader = BatchLoader.open(from, store, options, problems::add);
                EpochBatches batches = loader.epoch(epoch)) {
            return drain(batches);
        }
    }

    private static List<Seen> drain(EpochBatches batches) {
        List<Seen> seen = new ArrayList<>();
        while (batches.hasNext()) {
            try (Batch batch = batches.next()) {
                seen.add(Seen.of(batch));
            }
        }
        return seen;
    }

    private static void assertSame(List<Seen> actual, List<Seen> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Seen one = actual.get(i);
            Seen other = expected.get(i);
            assertThat(one.names).isEqualTo(other.names);
            assertThat(List.of(one.height, one.width)).isEqualTo(List.of(other.height, other.width));
            assertThat(Arrays.mismatch(one.pixels, other.pixels)).as("batch %d differs at byte", i).isEqualTo(-1);
            assertThat(one.targets).isEqualTo(other.targets);
            assertThat(one.offsets).isEqualTo(other.offsets);
        }
    }

    private static LoaderOptions training(int workers) {
        return LoaderOptions.training(SIZE, 4, EVERYTHING, 7, workers);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void batchesDoNotDependOnTheNumberOfWorkers(int workers) {
        assertSame(epoch(images, training(workers), 3), epoch(images, training(0), 3));
    }

    @Test
    void batchesDoNotDependOnTheCache() throws IOException {
        List<Seen> expected = epoch(images, training(1), 0);
        for (CacheMode mode : List.of(CacheMode.RAM, CacheMode.DISK)) {
            CacheEstimate estimate = CacheEstimate.of(images, SIZE, mode, folder);
            try (ImageStore store = ImageStore.open(images, estimate, 2, done -> { })) {
                assertSame(epoch(images, store, training(2), 0), expected);
            }
        }
    }

    @Test
    void epochsDifferAndAreReproducible() {
        List<Seen> first = epoch(images, training(2), 0);
        assertSame(epoch(images, training(2), 0), first);
        byte[] ofNextEpoch = epoch(images, training(2), 1).getFirst().pixels();
        assertThat(Arrays.equals(ofNextEpoch, first.getFirst().pixels())).isFalse();
        LoaderOptions otherSeed = LoaderOptions.training(SIZE, 4, EVERYTHING, 8, 2);
        byte[] ofOtherSeed = epoch(images, otherSeed, 0).getFirst().pixels();
        assertThat(Arrays.equals(ofOtherSeed, first.getFirst().pixels())).isFalse();
    }

    @Test
    void aResumedEpochEqualsAnUninterruptedOne() {
        List<Seen> whole = epoch(images, training(2), 5);
        try (ImageStore store = ImageStore.uncached(images, SIZE);
                BatchLoader loader = BatchLoader.open(images, store, training(2), problems::add)) {
            EpochBatches interrupted = loader.epoch(5);
            interrupted.next().close();
            interrupted.close();
            try (EpochBatches rest = loader.epoch(5, EVERYTHING, 1)) {
                assertSame(drain(rest), whole.subList(1, whole.size()));
            }
        }
    }

    @Test
    void everyImageOccursOnceAndTheLastBatchIsSmaller() {
        List<Seen> seen = epoch(images, training(2), 0);
        assertThat(seen).extracting(batch -> batch.names().size()).containsExactly(4, 4, 2);
        assertThat(seen.stream().flatMap(batch -> batch.names().stream())).doesNotHaveDuplicates().hasSize(10);
        for (Seen batch : seen) {
            assertThat(batch.pixels()).hasSize(batch.names().size() * SIZE * SIZE * 3);
            assertThat(batch.offsets()).hasSize(batch.names().size() + 1).isSorted();
            assertThat(batch.targets()).hasSize(5 * batch.offsets()[batch.names().size()]);
            for (float value : batch.targets()) {
                assertThat(value >= 0 && value <= 2).as("target value %s", value).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void slicesOfRanksAreTheBatchesOfOneRank(int ranks) {
        for (LoaderOptions options : List.of(LoaderOptions.training(SIZE, 5, EVERYTHING, 7, 2),
                LoaderOptions.training(SIZE, 4, EVERYTHING, 7, 2).withRect(true))) {
            List<Seen> whole = epoch(images, options, 1);
            List<List<Seen>> ofRanks = IntStream.range(0, ranks)
                    .mapToObj(rank -> epoch(images, options.withRank(rank, ranks), 1)).toList();
            for (int batch = 0; batch < whole.size(); batch++) {
                int index = batch;
                List<Seen> slices = ofRanks.stream().map(rank -> rank.get(index)).toList();
                assertThat(slices.stream().flatMap(slice -> slice.names().stream()).toList())
                        .isEqualTo(whole.get(batch).names());
                assertThat(concatenated(slices)).isEqualTo(whole.get(batch).pixels());
                assertThat(slices).extracting(slice -> slice.names().size())
                        .allMatch(size -> Math.abs(size - slices.getFirst().names().size()) <= 1);
            }
        }
    }

    private static byte[] concatenated(List<Seen> slices) {
        var bytes = new ByteArrayOutputStream();
        slices.forEach(slice -> bytes.writeBytes(slice.pixels()));
        return bytes.toByteArray();
    }

    @Test
    void ranksShareValidationByWholeBatches() {
        LoaderOptions options = LoaderOptions.validation(SIZE, 3, 2);
        List<Seen> whole = new ArrayList<>();
        List<List<Seen>> shares = new ArrayList<>();
        try (ImageStore store = ImageStore.uncached(images, SIZE);
                BatchLoader loader = BatchLoader.open(images, store, options, problems::add)) {
            try (EpochBatches batches = loader.epoch(0)) {
                whole.addAll(drain(batches));
            }
            for (int rank = 0; rank < 3; rank++) {
                try (EpochBatches batches = loader.share(rank, 3)) {
                    shares.add(drain(batches));
                }
            }
        }
        assertThat(shares).extracting(List::size).containsExactly(2, 1, 1);
        for (int batch = 0; batch < whole.size(); batch++) {
            assertSame(List.of(shares.get(batch % 3).get(batch / 3)), List.of(whole.get(batch)));
        }
    }

    @Test
    void withoutMosaicASampleHasOneImage() {
        try (ImageStore store = ImageStore.uncached(images, SIZE);
                BatchLoader loader = BatchLoader.open(images, store, training(2), problems::add);
                EpochBatches batches = loader.epoch(0, Augmentation.none()); Batch batch = batches.next()) {
            for (int i = 0; i < batch.images(); i++) {
                int objects = batch.offsets()[i + 1] - batch.offsets()[i];
                assertThat(objects).isBetween(0, batch.samples().get(i).classes().length);
                assertThat(batch.samples().get(i).letterbox()).isEmpty();
            }
        }
    }

    private LabeledImage plain(String name, int height, int width, Label... labels) throws IOException {
        Path file = TestImages.write(folder.resolve(name), TestImages.plain(height, width, 10, 200, 60));
        return new LabeledImage(file, width, height, List.of(labels));
    }

    @Test
    void validationLetterboxesAndReturnsTheGroundTruth() throws IOException {
        List<LabeledImage> own = List.of(plain("a.png", 480, 640, Label.ofBox(2, 0.5f, 0.25f, 0.5f, 0.5f)),
                plain("b.png", 100, 50, Label.ofBox(0, 0.5f, 0.5f, 1, 1)));
        try (ImageStore store = ImageStore.uncached(own, 320);
                BatchLoader loader = BatchLoader.open(own, store, LoaderOptions.validation(320, 16, 2), problems::add);
                EpochBatches batches = loader.epoch(0); Batch batch = batches.next()) {
            assertThat(batch.targets()[0]).isEqualTo(2);
            assertThat(batch.targets()[1]).isEqualTo(0.5f);
            assertThat(batch.targets()[2]).isCloseTo((40 + 60) / 320f, within(1e-6f));
            assertThat(batch.targets()[3]).isEqualTo(0.5f);
            assertThat(batch.targets()[4]).isCloseTo(120 / 320f, within(1e-6f));
            assertThat(batch.targets()[8]).isEqualTo(0.5f); // the small image is scaled up to 320 x 160
            Sample first = batch.samples().getFirst();
            assertThat(first.boxes()).containsExactly(160, 0, 480, 240);
            assertThat(first.classes()).containsExactly(2);
            assertThat(first).extracting(Sample::originalHeight, Sample::originalWidth).containsExactly(480, 640);
            float[] network = {80, 40, 240, 160};
            first.letterbox().orElseThrow().toOriginal(network);
            assertThat(network).containsExactly(160, 0, 480, 240);
            try (Mat pixels = Mats.over(batch.pixels(), 320, 320)) {
                assertThat(TestImages.pixel(pixels, 39, 100)).containsExactly(114, 114, 114);
                assertThat(TestImages.pixel(pixels, 40, 100)).containsExactly(10, 200, 60);
            }
        }
    }

    @Test
    void rectangularBatchesFollowTheAspectRatio() throws IOException {
        List<LabeledImage> own = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            own.add(plain("wide%d.png".formatted(i), 50, 100));
            own.add(plain("tall%d.png".formatted(i), 100, 40));
        }
        LoaderOptions options = LoaderOptions.validation(320, 4, 2).withRect(true);
        List<Seen> seen = epoch(own, options, 0);
        // 0.5 x 320 / 32 + 0.5 strides = 5.5 -> 6; 1 x 320 / 32 + 0.5 -> 11; 0.4 -> 4.5 -> 5
        assertThat(seen).extracting(Seen::height).containsExactly(192, 352);
        assertThat(seen).extracting(Seen::width).containsExactly(352, 160);
        assertThat(seen.getFirst().names()).allMatch(name -> name.startsWith("wide"));
        LoaderOptions train = LoaderOptions.training(320, 4, Augmentation.defaults(), 1, 2).withRect(true);
        assertThat(epoch(own, train, 0)).extracting(Seen::height).containsExactly(160, 320);
    }

    @Test
    void multiScaleVariesTheSizeInStepsOfTheStride() {
        LoaderOptions options = LoaderOptions.training(128, 1, Augmentation.defaults(), 1, 2).withMultiScale(0.5);
        List<Seen> seen = new ArrayList<>(epoch(images, options, 0));
        seen.addAll(epoch(images, options, 1));
        assertThat(seen).allMatch(batch -> batch.height() == batch.width() && batch.height() % 32 == 0);
        assertThat(seen).allMatch(batch -> batch.height() >= 64 && batch.height() <= 192);
        assertThat(seen.stream().map(Seen::height).distinct().count()).isGreaterThan(2);
        assertSame(epoch(images, options, 1), seen.subList(10, 20));
    }

    /// Five images, of which the second is missing and the third is damaged.
    private List<LabeledImage> withUnreadable() throws IOException {
        List<LabeledImage> own = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            own.add(plain("%d.png".formatted(i), 50, 100, Label.ofBox(0, 0.5f, 0.5f, 0.5f, 0.5f)));
        }
        Files.delete(own.get(1).path());
        Files.writeString(own.get(2).path(), "damaged");
        return own;
    }

    @Test
    void validationLeavesUnreadableImagesOutAndKeepsTheShapeOfTheBatch() throws IOException {
        List<LabeledImage> own = withUnreadable();
        LoaderOptions options = LoaderOptions.validation(SIZE, 5, 3);
        try (ImageStore store = ImageStore.uncached(own, SIZE);
                BatchLoader loader = BatchLoader.open(own, store, options, problems::add)) {
            for (int round = 0; round < 2; round++) {
                try (EpochBatches batches = loader.epoch(0); Batch batch = batches.next()) {
                    assertThat(batch.images()).isEqualTo(5);
                    assertThat(batch.samples()).extracting(Sample::isPresent)
                            .containsExactly(true, false, false, true, true);
                    assertThat(batch.offsets()).containsExactly(0, 1, 1, 1, 2, 3);
                    assertThat(batch.samples().get(1).classes()).isEmpty();
                    byte[] pixels = batch.pixels().asSlice(SIZE * SIZE * 3L, SIZE * SIZE * 3L)
                            .toArray(ValueLayout.JAVA_BYTE);
                    assertThat(pixels).containsOnly(Mats.GRAY);
                }
            }
        }
        assertThat(problems).extracting(Problem::file).containsExactlyInAnyOrder(own.get(1).path(), own.get(2).path());
        assertThat(problems).extracting(Problem::outcome).containsOnly(Outcome.IMAGE_SKIPPED);
        assertThat(problems).extracting(Problem::what).contains("cannot be read: it does not exist");
    }

    @Test
    void trainingReplacesAnUnreadableImageByTheNextAndReportsItOnce() throws IOException {
        List<LabeledImage> own = withUnreadable();
        LoaderOptions plain = LoaderOptions.training(SIZE, 5, Augmentation.none(), 1, 3).withShuffle(false);
        List<Seen> seen = epoch(own, plain, 0);
        assertThat(seen.getFirst().names()).containsExactly("0.png", "3.png", "3.png", "3.png", "4.png");
        assertThat(problems).extracting(Problem::file).containsExactlyInAnyOrder(own.get(1).path(), own.get(2).path());
        assertThat(problems).extracting(Problem::outcome).containsOnly(Outcome.IMAGE_REPLACED);
        LoaderOptions train = LoaderOptions.training(SIZE, 2, Augmentation.defaults(), 1, 2);
        assertSame(epoch(own, train, 0), epoch(own, train.withPrefetch(0), 0));
        for (LabeledImage image : own) {
            Files.deleteIfExists(image.path());
        }
        assertThatThrownBy(() -> epoch(own, train, 0)).isInstanceOf(DatasetException.class)
                .hasMessageContaining("none of the 5 images can be read any more");
        assertThatThrownBy(() -> epoch(own, LoaderOptions.validation(SIZE, 5, 3), 0))
                .isInstanceOf(DatasetException.class).hasMessageContaining("none of the 5 images");
    }

    @Test
    void buffersAreReused() {
        List<MemorySegment> buffers = new ArrayList<>();
        try (ImageStore store = ImageStore.uncached(images, SIZE);
                BatchLoader loader = BatchLoader.open(images, store, training(2), problems::add)) {
            for (int epoch = 0; epoch < 4; epoch++) {
                try (EpochBatches batches = loader.epoch(epoch)) {
                    while (batches.hasNext()) {
                        Batch batch = batches.next();
                        buffers.add(batch.pixels().asSlice(0, 1));
                        batch.close();
                        batch.close();
                        assertThatThrownBy(batch::pixels).hasMessageContaining("closed");
                    }
                }
            }
        }
        assertThat(buffers.stream().map(MemorySegment::address).distinct().count()).isLessThanOrEqualTo(4);
        assertThat(buffers).hasSize(12);
    }

    @Test
    void contradictoryOptionsAreRejected() {
        assertThatThrownBy(() -> LoaderOptions.validation(100, 1, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("imgsz=100 is not a multiple of the model's stride 32: use 128");
        assertThatThrownBy(() -> LoaderOptions.validation(64, 0, 1)).hasMessageContaining("batch=0");
        assertThatThrownBy(() -> training(1).withRank(2, 2)).hasMessageContaining("rank 2 of 2");
        try (ImageStore store = ImageStore.uncached(images, 64)) {
            assertThatThrownBy(() -> BatchLoader.open(images, store, training(1), problems::add))
                    .hasMessageContaining("images of 64 px").hasMessageContaining("needs 96 px");
        }
    }

    @Test
    void waitingForBatchesIsMeasuredAndWithoutWorkersItIsAllLoading() {
        LoaderOptions options = LoaderOptions.training(SIZE, 4, EVERYTHING, 0, 0);
        try (ImageStore store = ImageStore.uncached(images, SIZE);
                BatchLoader loader = BatchLoader.open(images, store, options, problems::add);
                EpochBatches batches = loader.epoch(0)) {
            assertThat(loader.waitedNanos()).isZero();
            long start = System.nanoTime();
            long waited = 0;
            while (batches.hasNext()) {
                batches.next().close();
                assertThat(loader.waitedNanos()).isGreaterThan(waited);
                waited = loader.waitedNanos();
            }
            assertThat(waited).isBetween((System.nanoTime() - start) / 2, System.nanoTime() - start);
        }
    }
}

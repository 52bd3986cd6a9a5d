package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.COPY_PASTE;
import static io.yolofit.train.options.OptionTable.CUTMIX;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.MOSAIC;
import static io.yolofit.train.options.OptionTable.SCALE;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.trainer.SquarePictures.Area;
import io.yolofit.train.trainer.SquarePictures.Picture;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingDataTest {
    private static final int STRIDE = 16;

    @TempDir
    Path folder;

    private final Arena memory = Arena.ofAuto();
    private final List<String> notes = new ArrayList<>();

    private TrainingData open(Path dataset, Options options) throws IOException {
        return TrainingData.open(TrainingImages.scan(Dataset.load(dataset), options, TinyRun.IMAGE_SIZE, STRIDE,
                notes::add), options, memory::allocate, notes::add);
    }

    /// Pictures of four small squares close together, which rarely overlap those of a second picture.
    private Path crowd(int pictures) throws IOException {
        List<Area> squares = List.of(new Area(6, 26, 13, 33), new Area(14, 26, 21, 33), new Area(6, 34, 13, 41),
                new Area(14, 34, 21, 41));
        List<Picture> all = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            all.add(new Picture(64, 64, squares));
        }
        return SquarePictures.write(folder.resolve("crowd"), all, true);
    }

    /// The maximum number of objects in a batch over thirty epochs.
    private static int most(TrainingData data) {
        int most = 0;
        for (int epoch = 0; epoch < 30; epoch++) {
            try (EpochBatches batches = data.trainLoader().epoch(epoch)) {
                while (batches.hasNext()) {
                    try (Batch batch = batches.next()) {
                        most = Math.max(most, batch.offsets()[batch.images()]);
                    }
                }
            }
        }
        return most;
    }

    @ParameterizedTest(name = "mosaic {0}, mixup {1}, cutmix {2}, copy_paste {3}: at most {4} times")
    @CsvSource({"0, 0, 0, 0, 1", "0, 1, 0, 0, 2", "0, 0, 1, 0, 2", "0, 1, 1, 0, 3", "0, 0, 0, 1, 2", "1, 0, 0, 0, 4",
            "1, 1, 0, 0, 8", "1, 1, 1, 1, 24", ".5, .3, .3, .5, 24"})
    void noBatchHasMoreObjectsThanItsCapacity(double mosaic, double mixup, double cutmix, double copyPaste, int times)
            throws IOException {
        Options options = TinyRun.options().with(BATCH, 1).with(MOSAIC, mosaic).with(MIXUP, mixup).with(CUTMIX, cutmix)
                .with(COPY_PASTE, copyPaste).with(TRANSLATE, 0.3).with(SCALE, 0.5);
        try (TrainingData data = open(crowd(6), options)) {
            assertThat(most(data)).isBetween(4, (int) data.images().trainCapacity());
            assertThat(data.images().trainCapacity()).isEqualTo(4L * times);
        }
    }

    /// The bound is tight.
    @ParameterizedTest(name = "mixup {0}, cutmix {1}, copy_paste {2}")
    @CsvSource({"1, 0, 0", "1, 1, 0", "0, 0, 1"})
    void withoutMosaicsTheCapacityIsReached(double mixup, double cutmix, double copyPaste)
            throws IOException {
        Options options = TinyRun.options().with(BATCH, 1).with(MOSAIC, 0.0).with(MIXUP, mixup).with(CUTMIX, cutmix)
                .with(COPY_PASTE, copyPaste).with(TRANSLATE, 0.3).with(SCALE, 0.5);
        try (TrainingData data = open(crowd(6), options)) {
            assertThat(most(data)).isEqualTo((int) data.images().trainCapacity());
        }
    }

    @Test
    void capacitiesCountFullBatchesAndValidationBatchesAreTwiceAsLarge() throws IOException {
        try (TrainingData data = open(crowd(3), TinyRun.options().with(BATCH, 5))) {
            assertThat(data.images().trainCapacity()).isEqualTo(5 * 4 * 4);
            assertThat(data.images().valCapacity()).isEqualTo(2 * 5 * 4);
            assertThat(data.valLoader().options().batchSize()).isEqualTo(10);
        }
    }

    @Test
    void theCapacityOfPicturesWithoutObjectsIsOne() {
        assertThat(Loading.trainCapacity(0, Augmentation.defaults(), 2)).isEqualTo(1);
        assertThat(Loading.valCapacity(0, 4)).isEqualTo(1);
    }

    @Test
    void aTrainingSplitWithoutObjectsIsRejected() throws IOException {
        Path dataset = SquarePictures.write(folder, List.of(new Picture(64, 64, List.of())));
        assertThatThrownBy(() -> open(dataset, TinyRun.options())).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'train' has no object in its");
    }

    @Test
    void aMissingTestFolderIsNoted() throws IOException {
        Path dataset = TinyRun.dataset(folder);
        Files.writeString(dataset, Files.readString(dataset) + "test: images/test\n");
        open(dataset, TinyRun.options()).close();
        assertThat(notes).anyMatch(note -> note.startsWith("note: ") && note.contains("'test: images/test' means"));
    }

    @Test
    void fractionAppliesToTrainingImagesOnly() throws IOException {
        try (TrainingData data = open(TinyRun.dataset(folder), TinyRun.options().with(FRACTION, 0.5))) {
            assertThat(data.train().images()).hasSize(7);
            assertThat(data.val().images()).hasSize(5);
            assertThat(data.trainLoader().batches()).isEqualTo(2);
        }
    }

    @Test
    void singleClsMergesAllClasses() throws IOException {
        try (TrainingData data = open(TinyRun.dataset(folder), TinyRun.options().with(SINGLE_CLS, true))) {
            assertThat(data.train().names()).containsExactly("item");
            assertThat(data.val().images()).flatMap(image -> image.labels()).allMatch(label -> label.category() == 0);
        }
    }

    @Test
    void reportsTheScanAndItsProblems() throws IOException {
        Path dataset = TinyRun.dataset(folder);
        Files.write(folder.resolve("images/train/shapes_00000.jpg"), new byte[20]);

        try (TrainingData data = open(dataset, TinyRun.options())) {
            assertThat(data.train().images()).hasSize(13);
            assertThat(notes).anyMatch(note -> note.startsWith("train: 13 images") && note.contains("1 image skipped"))
                    .anyMatch(note -> note.startsWith("  ") && note.contains("shapes_00000.jpg"))
                    .anyMatch(note -> note.startsWith("val: 5 images"));
        }
    }

    @Test
    void aCacheThatIsNotUsedIsExplained() throws IOException {
        Options uncached = TinyRun.options().with(CACHE, CacheChoice.NONE);
        try (TrainingData data = open(TinyRun.dataset(folder), uncached)) {
            assertThat(data.explained(uncached).explanations()).isEmpty();
            assertThat(data.explained(uncached.with(CACHE, CacheChoice.RAM)).explanations())
                    .containsExactly("cache=ram (no effect on train and val: images are decoded when needed)");
        }
    }

    @Test
    void reportsTheSizeOfTheCache() throws IOException {
        try (TrainingData data = open(TinyRun.dataset(folder), TinyRun.options().with(CACHE, CacheChoice.RAM))) {
            assertThat(notes).filteredOn(note -> note.startsWith("RAM cache: ")).hasSize(2);
            assertThat(most(data)).isPositive();
        }
    }

    @Test
    void aDataSetWithoutTrainingImagesIsAnError() throws IOException {
        Path dataset = TinyRun.dataset(folder);
        for (var file : Files.list(folder.resolve("images/train")).toList()) {
            Files.write(file, new byte[20]);
        }

        assertThatThrownBy(() -> open(dataset, TinyRun.options())).isInstanceOf(DatasetException.class)
                .hasMessageContaining("images");
    }
}

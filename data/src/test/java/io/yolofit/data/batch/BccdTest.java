package io.yolofit.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The blood-cell dataset BCCD: `-Dyolofit.bccd=<folder of its data.yaml>`.
class BccdTest {
    @TempDir
    Path folder;
    private Dataset dataset;

    @BeforeEach
    void dataset() {
        String location = System.getProperty("yolofit.bccd", "");
        assumeTrue(!location.isBlank(), "needs the BCCD dataset: set -Dyolofit.bccd to the folder of its data.yaml");
        dataset = Dataset.load(Path.of(location));
    }

    private SplitScan scan(String split) {
        return dataset.split(split).scan(ScanOptions.defaults().withCacheFolder(folder));
    }

    @Test
    void everyImageAndLabelIsUsable() {
        assertThat(dataset.names()).containsExactly("RBC", "WBC", "Platelets");
        int images = 0;
        for (String split : List.of("train", "val", "test")) {
            SplitScan scan = scan(split);
            assertThat(scan.problems()).allMatch(problem -> problem.what().contains("duplicate row"));
            assertThat(scan.images()).allMatch(image -> image.width() == 640 && image.height() == 480);
            assertThat(scan.instancesPerClass()).doesNotContain(0);
            images += scan.images().size();
        }
        assertThat(images).isEqualTo(364);
    }

    @Test
    void aTrainingEpochDeliversEveryImageAndItsCells() {
        SplitScan scan = scan("train");
        List<Problem> problems = new ArrayList<>();
        LoaderOptions options = LoaderOptions.training(320, 16, Augmentation.defaults(), 0, 2);
        try (ImageStore store = ImageStore.uncached(scan.images(), 320);
                BatchLoader loader = BatchLoader.open(scan.images(), store, options, problems::add);
                EpochBatches batches = loader.epoch(0)) {
            int images = 0;
            int objects = 0;
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    images += batch.images();
                    objects += batch.offsets()[batch.images()];
                }
            }
            assertThat(images).isEqualTo(scan.images().size());
            assertThat(objects).isGreaterThan(images * 5);
            assertThat(problems).isEmpty();
        }
    }
}

package io.yolofit.data.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.image.Mats;
import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageStoreTest {
    private static final int SIZE = 64;

    @TempDir
    Path folder;
    private final List<LabeledImage> images = new ArrayList<>();

    @BeforeEach
    void images() throws IOException {
        int[][] sizes = {{50, 100}, {100, 50}, {64, 64}, {33, 64}, {64, 127}};
        for (int i = 0; i < sizes.length; i++) {
            Path file = TestImages.writeGradient(folder.resolve("images/" + i + ".png"), sizes[i][0], sizes[i][1]);
            images.add(new LabeledImage(file, sizes[i][1], sizes[i][0], List.of()));
        }
    }

    private CacheEstimate estimate(CacheMode mode) {
        return CacheEstimate.of(images, SIZE, mode, folder.resolve("cache"));
    }

    private static byte[] bytes(Mat mat) {
        return Mats.segment(mat).toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource
    void allModesReturnTheSamePixels(CacheMode mode) throws IOException {
        AtomicInteger progress = new AtomicInteger();
        try (ImageStore plain = ImageStore.uncached(images, SIZE);
                ImageStore store = ImageStore.open(images, estimate(mode).requireFits(), 2, done
                        -> progress.incrementAndGet());
                ImageStore recent = ImageStore.recent(store, 30_000)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < images.size(); i++) {
                    try (Mat expected = plain.load(i); Mat actual = store.load(i); Mat remembered = recent.load(i)) {
                        assertThat(Math.max(actual.rows(), actual.cols())).isEqualTo(SIZE);
                        assertThat(bytes(actual)).isEqualTo(bytes(expected));
                        assertThat(bytes(remembered)).isEqualTo(bytes(expected));
                    }
                }
            }
            assertThat(store.isCached()).isEqualTo(mode != CacheMode.NONE);
        }
        assertThat(progress.get()).isEqualTo(mode == CacheMode.NONE ? 0 : images.size());
    }

    @Test
    void theSizeIsAnnouncedBeforeAnythingIsBuilt() {
        CacheEstimate estimate = estimate(CacheMode.RAM);
        long pixels = 32 * 64 + 64 * 32 + 64 * 64 + 33 * 64 + 33 * 64;
        assertThat(estimate.bytesNeeded()).isEqualTo(4096 + 3 * pixels);
        assertThat(estimate.announcement()).contains("RAM cache: 5 images at 64 px take 0.0 MiB of");
        assertThat(estimate.bytesFree()).isPositive();
        assertThat(estimate(CacheMode.NONE).bytesNeeded()).isZero();
    }

    @Test
    void aCacheThatDoesNotFitIsRejectedOrReplacedByNone() {
        CacheEstimate estimate = CacheEstimate.of(images, SIZE, CacheMode.RAM, folder, 10_000);
        assertThat(estimate.fits()).isFalse();
        assertThatThrownBy(estimate::requireFits).isInstanceOf(DatasetException.class)
                .hasMessageContaining("cache=ram does not fit").hasMessageContaining("use cache=false");
        assertThatThrownBy(() -> ImageStore.open(images, estimate, 1, done -> { }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(estimate.orNone().mode()).isEqualTo(CacheMode.NONE);
        assertThat(estimate.orNone().announcement()).contains("does not fit").contains("decoded when needed instead");
    }

    @Test
    void theFileOfAnEarlierRunIsReusedUntilAnImageChanges() throws IOException {
        ImageStore.open(images, estimate(CacheMode.DISK), 1, done -> { }).close();
        CacheEstimate second = estimate(CacheMode.DISK);
        assertThat(second.bytesNeeded()).isZero();
        assertThat(second.announcement()).contains("reused");
        AtomicInteger built = new AtomicInteger();
        ImageStore.open(images, second, 1, done -> built.incrementAndGet()).close();
        assertThat(built.get()).isZero();
        TestImages.write(images.get(1).path(), TestImages.plain(100, 50, 1, 2, 3));
        Files.setLastModifiedTime(images.get(1).path(), java.nio.file.attribute.FileTime.fromMillis(1));
        assertThat(estimate(CacheMode.DISK).bytesNeeded()).isPositive();
    }

    @Test
    void aDamagedFileIsRebuilt() throws IOException {
        ImageStore.open(images, estimate(CacheMode.DISK), 1, done -> { }).close();
        Files.write(estimate(CacheMode.DISK).file(), new byte[100]);
        assertThat(estimate(CacheMode.DISK).bytesNeeded()).isPositive();
        try (ImageStore store = ImageStore.open(images, estimate(CacheMode.DISK), 1, done -> { });
                Mat mat = store.load(2)) {
            assertThat(TestImages.pixel(mat, 0, 63)).containsExactly(255, 0, 128);
        }
    }

    @Test
    void anUnusableCacheFolderMeansNoCache() throws IOException {
        Path blocked = Files.writeString(folder.resolve("file"), "not a folder");
        CacheEstimate estimate = CacheEstimate.of(images, SIZE, CacheMode.DISK, blocked);
        assertThat(estimate.mode()).isEqualTo(CacheMode.NONE);
        assertThat(estimate.announcement()).contains("cache=disk: the folder " + blocked.resolve("images"))
                .contains("decoded when needed");
        try (ImageStore store = ImageStore.open(images, estimate, 1, done -> { }); Mat mat = store.load(0)) {
            assertThat(mat.cols()).isEqualTo(SIZE);
        }
    }

    @Test
    void aDamagedImageThatTheScanAcceptedIsRepaired() throws IOException {
        byte[] whole;
        try (Mat gradient = TestImages.gradient(64, 64)) {
            whole = TestImages.jpeg(gradient);
        }
        Path file = Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(whole, whole.length - 2));
        LabeledImage damaged = new LabeledImage(file, 64, 64, false, List.of());
        try (ImageStore store = ImageStore.uncached(List.of(damaged), SIZE); Mat mat = store.load(0)) {
            assertThat(mat.rows()).isEqualTo(SIZE);
        }
    }

    @Test
    void anImageThatWasDeletedFailsWhenLoaded() throws IOException {
        Files.delete(images.get(1).path());
        Files.write(images.get(2).path(), Files.readAllBytes(images.get(3).path())); // another size
        try (ImageStore store = ImageStore.open(images, estimate(CacheMode.RAM), 2, done -> { });
                ImageStore recent = ImageStore.recent(store, 1 << 20); Mat whole = store.load(0)) {
            assertThat(whole.rows()).isEqualTo(32);
            assertThatThrownBy(() -> recent.load(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> recent.load(2)).isInstanceOf(IOException.class)
                    .hasMessageContaining("64 x 33 pixels now, 64 x 64 when it was scanned");
        }
    }

    @Test
    void concurrentLoadsOfAnImageReturnTheSamePixels() throws Exception {
        try (ImageStore plain = ImageStore.uncached(images, SIZE); ImageStore recent = ImageStore.recent(plain, 20_000);
                ExecutorService threads = Executors.newFixedThreadPool(4); Mat expected = plain.load(0)) {
            byte[] pixels = bytes(expected);
            Callable<Boolean> task = () -> {
                boolean same = true;
                for (int i = 0; i < 200; i++) {
                    try (Mat mat = recent.load(i % 2 == 0 ? 0 : i % images.size())) {
                        same &= i % 2 != 0 || java.util.Arrays.equals(bytes(mat), pixels);
                    }
                }
                return same;
            };
            for (Future<Boolean> future : threads.invokeAll(List.of(task, task, task, task))) {
                assertThat(future.get()).isTrue();
            }
        }
    }
}

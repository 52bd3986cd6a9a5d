package io.yolofit.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.data.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearDuplicatesTest {
    @TempDir
    private Path folder;

    private static PictureHash hash(long bits, int level) {
        byte[] picture = new byte[256];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (byte) (i % 2 == 0 ? level : 0);
        }
        return new PictureHash(bits, picture, false);
    }

    @Test
    void hashesWithUpToThreeDifferentBitsAreFoundWhereverTheBitsAre() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            long bits = random.nextLong();
            long near = bits;
            while (Long.bitCount(near ^ bits) < NearDuplicates.MOST_BITS) {
                near ^= 1L << random.nextInt(64);
            }
            assertThat(NearDuplicates.groups(List.of(hash(bits, 9), hash(~bits, 9), hash(near, 9))))
                    .containsExactly(List.of(0, 2));
        }
        assertThat(NearDuplicates.groups(List.of(hash(0, 9), hash(0xf, 9)))).isEmpty();
        assertThat(NearDuplicates.groups(List.of(hash(5, 9), hash(5, 90)))).as("other pictures").isEmpty();
    }

    @Test
    void aHundredThousandImagesTakeSeconds() {
        Random random = new Random(2);
        List<PictureHash> hashes = new ArrayList<>();
        for (int i = 0; i < 99_000; i++) {
            hashes.add(hash(random.nextLong(), 9));
        }
        for (int i = 0; i < 1000; i++) {
            hashes.add(hash(7, 9));
        }
        long start = System.nanoTime();
        assertThat(NearDuplicates.groups(hashes)).anyMatch(group -> group.size() == 1000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void compressedSmallerAndBrighterCopiesAreFoundAndOtherPicturesAreNot() throws IOException {
        DemoDataset.create(folder, 40, 1, 160, 4);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> listed = Files.list(folder.resolve("images/train"))) {
            listed.sorted().forEach(files::add);
        }
        List<List<Integer>> expected = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Path copy = folder.resolve("copy" + i + ".jpg");
            vary(files.get(i), copy, i % 3);
            expected.add(List.of(i, files.size()));
            files.add(copy);
        }
        List<PictureHash> hashes = new ArrayList<>();
        for (Path file : files) {
            try (RgbImage image = RgbImage.decode(file)) {
                hashes.add(PictureHash.of(new LabeledImage(file, image.width(), image.height(), List.of())));
            }
        }
        assertThat(NearDuplicates.groups(hashes)).containsExactlyElementsOf(expected);
    }

    /// Writes a strongly compressed copy, a smaller one, or a brighter one.
    private static void vary(Path file, Path copy, int kind) throws IOException {
        try (RgbImage image = RgbImage.decode(file); Mat varied = new Mat(); BytePointer bytes = new BytePointer();
                Size small = new Size(121, 119);
                IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, kind == 0 ? 50 : 90)) {
            if (kind == 1) {
                opencv_imgproc.resize(image.mat(), varied, small, 0, 0, opencv_imgproc.INTER_AREA);
            } else {
                image.mat().convertTo(varied, -1, 1, kind == 2 ? 12 : 0);
            }
            opencv_imgproc.cvtColor(varied, varied, opencv_imgproc.COLOR_RGB2BGR);
            opencv_imgcodecs.imencode(".jpg", varied, bytes, quality);
            byte[] content = new byte[(int) bytes.limit()];
            bytes.get(content);
            Files.write(copy, content);
            assertThat(opencv_core.CV_8UC3).isEqualTo(varied.type());
        }
    }
}

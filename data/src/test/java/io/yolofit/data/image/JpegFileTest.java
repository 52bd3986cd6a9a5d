package io.yolofit.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegFileTest {
    private static final int HEIGHT = 160;
    private static final int WIDTH = 200;
    private static final int RESTARTS = opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL;
    private static final int PROGRESSIVE = opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
    private static final int SAMPLING = opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
    private static final int OPTIMIZE = opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;

    /// Noise over a gradient: every block has many coefficients.
    private static Mat noisy(int height, int width) {
        Mat mat = TestImages.gradient(height, width);
        byte[] pixels = new byte[3 * height * width];
        new Random(height).nextBytes(pixels);
        for (int i = 0; i < pixels.length; i++) {
            int base = mat.data().get(i) & 0xff;
            mat.data().put(i, (byte) Math.clamp(base + pixels[i] / 4, 0, 255));
        }
        return mat;
    }

    private static byte[] jpeg(int... parameters) {
        try (Mat mat = noisy(HEIGHT, WIDTH)) {
            return TestImages.jpeg(mat, parameters);
        }
    }

    private static byte[] withoutEnd(byte[] jpeg) {
        return Arrays.copyOf(jpeg, jpeg.length - 2);
    }

    private static byte[] cut(byte[] jpeg, double part) {
        return Arrays.copyOf(jpeg, (int) (part * jpeg.length));
    }

    private static byte[] withEnd(byte[] data) {
        byte[] ended = Arrays.copyOf(data, data.length + 2);
        ended[data.length] = (byte) 0xff;
        ended[data.length + 1] = (byte) 0xd9;
        return ended;
    }

    /// Rows from the top that have the same pixels.
    private static int equalRows(byte[] one, byte[] other) throws ImageException {
        try (RgbImage a = RgbImage.decode(one); RgbImage b = RgbImage.decode(other)) {
            long mismatch = a.pixels().mismatch(b.pixels());
            return mismatch < 0 ? a.height() : (int) (mismatch / (3 * a.width()));
        }
    }

    private static byte[] repaired(byte[] damaged, String what) throws ImageException {
        CheckedImage checked = JpegFile.check(damaged);
        assertThat(checked.header().damage()).contains(what);
        CheckedImage second = JpegFile.check(checked.content());
        assertThat(second.header().damage()).as("the repaired file is intact").isEmpty();
        return checked.content();
    }

    /// No false alarm: sizes around blocks and MCUs, every subsampling, restart markers, optimized tables, progressive.
    @ParameterizedTest
    @CsvSource({"1,1", "7,13", "8,8", "16,16", "17,33", "33,64", "100,97"})
    void intactFilesAreIntact(int height, int width) throws ImageException {
        int[] samplings = {opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_411,
            opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420, opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422,
            opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440, opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444};
        try (Mat mat = noisy(Math.max(2, height), Math.max(2, width))) {
            for (int sampling : samplings) {
                for (int quality : new int[] {10, 75, 100}) {
                    for (int[] more : new int[][] {{}, {RESTARTS, 1}, {RESTARTS, 3}, {OPTIMIZE, 1}, {PROGRESSIVE, 1}}) {
                        int[] parameters = Arrays.copyOf(new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality,
                            SAMPLING, sampling}, 4 + more.length);
                        System.arraycopy(more, 0, parameters, 4, more.length);
                        byte[] jpeg = TestImages.jpeg(mat, parameters);
                        CheckedImage checked = JpegFile.check(jpeg);
                        assertThat(checked.header().damage()).as(Arrays.toString(parameters)).isEmpty();
                        assertThat(checked.content()).isSameAs(jpeg);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 1000, 70_000})
    void aMissingEndMarkerIsAddedAndZerosAreRemoved(int zeros) throws ImageException {
        byte[] jpeg = jpeg();
        byte[] damaged = Arrays.copyOf(withoutEnd(jpeg), jpeg.length - 2 + zeros);
        byte[] repaired = repaired(damaged, "the JPEG has no end marker: its pixels are complete");
        assertThat(equalRows(repaired, jpeg)).isEqualTo(HEIGHT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileCutNearItsEndKeepsItsRows(boolean ended) throws ImageException {
        byte[] jpeg = jpeg();
        byte[] damaged = cut(jpeg, 0.9);
        byte[] repaired = repaired(ended ? withEnd(damaged) : damaged, "% of its pixels can be decoded");
        assertThat(equalRows(repaired, jpeg)).isBetween(HEIGHT * 7 / 10, HEIGHT - 1);
    }

    @Test
    void aFileCutEarlyIsRejectedWithItsPart() {
        assertThatThrownBy(() -> JpegFile.check(cut(jpeg(), 0.5))).isInstanceOf(ImageException.class)
                .hasMessageMatching("the JPEG is cut short or damaged: only \\d\\d % of its pixels can be decoded");
        assertThatThrownBy(() -> JpegFile.check(withEnd(cut(jpeg(), 0.5)))).isInstanceOf(ImageException.class);
        byte[] padded = Arrays.copyOf(cut(jpeg(), 0.5), jpeg().length);
        assertThatThrownBy(() -> JpegFile.check(padded)).as("zeros are not pixels").isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> JpegFile.check(cut(jpeg(), 0.01))).isInstanceOf(ImageException.class);
    }

    @Test
    void damageBetweenRestartMarkersIsLimitedToTheirInterval() throws ImageException {
        byte[] jpeg = jpeg(RESTARTS, 13); // a row of MCUs
        byte[] damaged = jpeg.clone();
        Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 40, (byte) 0xfe); // invalid codes
        byte[] repaired = repaired(damaged, "% of its pixels can be decoded");
        try (RgbImage a = RgbImage.decode(repaired); RgbImage b = RgbImage.decode(jpeg)) {
            int different = 0;
            for (int y = 0; y < HEIGHT; y++) {
                different += Arrays.equals(TestImages.pixel(a.mat(), y, WIDTH - 1), TestImages.pixel(b.mat(), y,
                        WIDTH - 1)) ? 0 : 1;
            }
            assertThat(different).isBetween(1, 20); // a row of MCUs and what upsampling mixes with its neighbors
        }
    }

    @Test
    void aLostRestartIntervalIsFilled() throws ImageException {
        byte[] jpeg = jpeg(RESTARTS, 13);
        int first = -1;
        int second = -1;
        for (int at = 700; at + 1 < jpeg.length && second < 0; at++) {
            if (jpeg[at] == (byte) 0xff && (jpeg[at + 1] & 0xff) == (first < 0 ? 0xd3 : 0xd4)) {
                second = first < 0 ? second : at;
                first = first < 0 ? at : first;
            }
        }
        byte[] damaged = Arrays.copyOf(jpeg, jpeg.length - (second - first));
        System.arraycopy(jpeg, second, damaged, first, jpeg.length - second);
        byte[] repaired = repaired(damaged, "% of its pixels can be decoded");
        try (RgbImage a = RgbImage.decode(repaired); RgbImage b = RgbImage.decode(jpeg)) {
            assertThat(TestImages.pixel(a.mat(), HEIGHT - 1, 5)).isEqualTo(TestImages.pixel(b.mat(), HEIGHT - 1, 5));
        }
    }

    @Test
    void bytesBetweenTheDataAndTheEndMarkerAreRemoved() throws ImageException {
        byte[] jpeg = jpeg();
        byte[] damaged = Arrays.copyOf(withoutEnd(jpeg), jpeg.length + 100);
        Arrays.fill(damaged, jpeg.length - 2, damaged.length, (byte) 0x55);
        byte[] repaired = repaired(withEnd(damaged), "the JPEG is damaged: its pixels are complete");
        assertThat(equalRows(repaired, jpeg)).isEqualTo(HEIGHT);
    }

    @Test
    void anEndedProgressiveFileLosesItsLastScanAtMost() throws ImageException {
        byte[] jpeg = jpeg(PROGRESSIVE, 1);
        byte[] repaired = JpegFile.check(withoutEnd(jpeg)).content();
        assertThat(JpegFile.check(withoutEnd(jpeg)).header().damage()).contains("its last scan is ignored");
        try (RgbImage image = RgbImage.decode(repaired)) {
            assertThat(image.height()).isEqualTo(HEIGHT);
        }
        assertThatThrownBy(() -> JpegFile.check(cut(jpeg, 0.1))).isInstanceOf(ImageException.class)
                .hasMessageContaining("cut short");
    }

    /// Whatever bytes change, the check ends, and what it repairs is intact.
    @Test
    void randomDamageIsRejectedOrRepaired() {
        byte[][] originals = {jpeg(), jpeg(RESTARTS, 5), jpeg(PROGRESSIVE, 1)};
        for (int seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            byte[] damaged = originals[seed % originals.length].clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt();
            }
            byte[] content = random.nextBoolean() ? damaged : cut(damaged, random.nextDouble());
            try {
                CheckedImage checked = JpegFile.matches(content) ? JpegFile.check(content) : null;
                if (checked != null && seed % originals.length < 2) {
                    assertThat(JpegFile.check(checked.content()).header().damage()).as("seed %d", seed).isEmpty();
                }
            } catch (ImageException e) {
                assertThat(e).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }
}

package io.yolofit.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RgbImageTest {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 64;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "webp", "tif", "ppm", "ras", "sr", "dib"})
    void decodesEveryFormatToUprightRgb(String extension) throws IOException {
        assertGradient(TestImages.writeGradient(folder.resolve("a." + extension), HEIGHT, WIDTH));
    }

    @Test
    void gifAndGrayFormatsAreDecoded() throws IOException {
        Path gif = TestImages.write(folder.resolve("a.gif"), TestImages.plain(HEIGHT, WIDTH, 255, 0, 255));
        try (RgbImage image = RgbImage.decode(gif)) {
            assertPixel(image, 5, 5, 255, 0, 255);
        }
        try (Scalar level = new Scalar(77); Mat gray = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC1, level)) {
            Path pgm = TestImages.writeRaw(folder.resolve("a.pgm"), gray);
            try (RgbImage image = RgbImage.decode(pgm)) {
                assertPixel(image, 5, 5, 77, 77, 77);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif"})
    void sixteenBitImagesAreConvertedToEightBits(String extension) throws IOException {
        assertGradient(TestImages.writeGradient16(folder.resolve("a." + extension), HEIGHT, WIDTH));
    }

    private static void assertGradient(Path file) throws IOException {
        try (RgbImage image = RgbImage.decode(file)) {
            assertThat(image.height()).isEqualTo(HEIGHT);
            assertThat(image.width()).isEqualTo(WIDTH);
            assertPixel(image, 0, 0, 0, 0, 128);
            assertPixel(image, 0, WIDTH - 1, 255, 0, 128);
            assertPixel(image, HEIGHT - 1, 0, 0, 255, 128);
            assertThat(image.pixels().byteSize()).isEqualTo(3L * HEIGHT * WIDTH);
        }
        assertThat(ImageHeader.read(file)).isEqualTo(new ImageHeader(HEIGHT, WIDTH));
    }

    private static void assertPixel(RgbImage image, int y, int x, int... expected) {
        int[] actual = TestImages.pixel(image.mat(), y, x);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(actual[channel]).as("channel %d at (%d, %d)", channel, x, y)
                    .isCloseTo(expected[channel], within(16));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void grayImagesAreConvertedToThreeEqualChannels(String extension) throws IOException {
        try (Scalar level = new Scalar(77); Mat gray = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC1, level)) {
            TestImages.writeRaw(folder.resolve("gray." + extension), gray);
        }
        try (RgbImage image = RgbImage.decode(folder.resolve("gray." + extension))) {
            assertThat(TestImages.pixel(image.mat(), 5, 5)).containsExactly(77, 77, 77);
        }
    }

    @Test
    void paletteImagesAreConverted() throws IOException {
        var colors = new java.awt.image.IndexColorModel(8, 2, new byte[] {0, (byte) 200}, new byte[] {0, 100},
                new byte[] {0, 50});
        var indexed = new java.awt.image.BufferedImage(WIDTH, HEIGHT, java.awt.image.BufferedImage.TYPE_BYTE_INDEXED,
                colors);
        indexed.getRaster().setSample(7, 3, 0, 1);
        ImageIO.write(indexed, "png", folder.resolve("palette.png").toFile());
        try (RgbImage image = RgbImage.decode(folder.resolve("palette.png"))) {
            assertThat(TestImages.pixel(image.mat(), 3, 7)).containsExactly(200, 100, 50);
            assertThat(TestImages.pixel(image.mat(), 7, 3)).containsExactly(0, 0, 0);
        }
    }

    @Test
    void alphaIsIgnored() throws IOException {
        try (Scalar color = new Scalar(50, 100, 200, 0); Mat bgra = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC4,
                color)) {
            TestImages.writeRaw(folder.resolve("clear.png"), bgra);
        }
        try (RgbImage image = RgbImage.decode(folder.resolve("clear.png"))) {
            assertThat(TestImages.pixel(image.mat(), 3, 7)).containsExactly(200, 100, 50);
        }
    }

    /// Adobe's CMYK stores inverted inks: (200, 100, 50, 255) is the color (200, 100, 50) without black.
    @Test
    void cmykIsConverted() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 4, null);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                raster.setPixel(x, y, new int[] {200, 100, 50, 255});
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        }
        writer.dispose();
        byte[] adobe = Arrays.copyOf("Adobe\0d".getBytes(StandardCharsets.ISO_8859_1), 12); // 0: no transform
        Path file = Files.write(folder.resolve("cmyk.jpg"), TestImages.withSegment(bytes.toByteArray(), 0xee, adobe));
        assertThat(ImageHeader.read(file)).isEqualTo(new ImageHeader(HEIGHT, WIDTH));
        try (RgbImage image = RgbImage.decode(file)) {
            assertPixel(image, 10, 10, 200, 100, 50);
        }
    }

    /// The corner where the stored top-left pixel (no red, no green) must appear, for each EXIF orientation.
    @ParameterizedTest(name = "orientation {0}: corner at ({2}, {1}), swapped {3}")
    @CsvSource({"1,0,0,false", "2,0,1,false", "3,1,1,false", "4,1,0,false", "5,0,0,true", "6,0,1,true", "7,1,1,true",
        "8,1,0,true", "9,0,0,false"})
    void exifOrientationIsApplied(int orientation, int bottom, int right, boolean swapped) throws IOException {
        byte[] jpeg = Files.readAllBytes(TestImages.writeGradient(folder.resolve("plain.jpg"), HEIGHT, WIDTH));
        Path file = Files.write(folder.resolve("turned.jpg"),
                TestImages.withSegment(jpeg, 0xe1, TestImages.exif(orientation)));
        int height = swapped ? WIDTH : HEIGHT;
        int width = swapped ? HEIGHT : WIDTH;
        assertThat(ImageHeader.read(file)).isEqualTo(new ImageHeader(height, width));
        try (RgbImage image = RgbImage.decode(file)) {
            assertThat(image.height()).isEqualTo(height);
            assertThat(image.width()).isEqualTo(width);
            assertPixel(image, bottom * (height - 1), right * (width - 1), 0, 0, 128);
        }
    }

    /// The header parser and OpenCV must agree on EXIF in PNG, or boxes would be scaled by the wrong side.
    @Test
    void exifInPngIsAppliedAsInOpenCv() throws IOException {
        byte[] png = Files.readAllBytes(TestImages.writeGradient(folder.resolve("plain.png"), HEIGHT, WIDTH));
        byte[] tiff = Arrays.copyOfRange(TestImages.exif(6), 6, 32);
        var chunk = java.nio.ByteBuffer.allocate(12 + tiff.length).putInt(tiff.length)
                .put("eXIf".getBytes(StandardCharsets.ISO_8859_1)).put(tiff);
        var checksum = new java.util.zip.CRC32();
        checksum.update(chunk.array(), 4, 4 + tiff.length);
        chunk.putInt((int) checksum.getValue());
        int afterHeader = 8 + 25;
        var out = new ByteArrayOutputStream();
        out.write(png, 0, afterHeader);
        out.write(chunk.array());
        out.write(png, afterHeader, png.length - afterHeader);
        Path file = Files.write(folder.resolve("turned.png"), out.toByteArray());
        try (RgbImage image = RgbImage.decode(file)) {
            assertThat(ImageHeader.read(file)).isEqualTo(new ImageHeader(image.height(), image.width()));
        }
    }

    @Test
    void emptyFilesAreRejected() throws IOException {
        Path file = Files.createFile(folder.resolve("empty.jpg"));
        assertThatThrownBy(() -> RgbImage.decode(file)).isInstanceOf(ImageException.class)
                .hasMessage("the file is empty");
        assertThatThrownBy(() -> ImageHeader.read(file)).isInstanceOf(ImageException.class)
                .hasMessage("the file is empty");
    }

    @Test
    void textIsRejected() throws IOException {
        Path file = Files.writeString(folder.resolve("text.jpg"), "<html>404 not found, really not</html>");
        assertThatThrownBy(() -> ImageHeader.read(file)).isInstanceOf(ImageException.class)
                .hasMessageContaining("not an image");
    }

    @ParameterizedTest
    @CsvSource({"jpg,0.6", "jpg,0.5", "jpg,0.02", "png,0.9", "png,0.5", "png,0.1", "bmp,0.5", "webp,0.5", "tif,0.5"})
    void truncatedFilesAreRejectedByTheHeaderCheck(String extension, double part) throws IOException {
        byte[] whole = Files.readAllBytes(TestImages.writeGradient(folder.resolve("whole." + extension), 200, 300));
        Path file = Files.write(folder.resolve("cut." + extension), Arrays.copyOf(whole, (int) (whole.length * part)));
        assertThatThrownBy(() -> ImageHeader.read(file)).isInstanceOf(ImageException.class);
    }

    @Test
    void bytesAfterTheEndMarkerOfAJpegAreIgnored() throws IOException {
        byte[] whole = Files.readAllBytes(TestImages.writeGradient(folder.resolve("whole.jpg"), HEIGHT, WIDTH));
        Path file = Files.write(folder.resolve("long.jpg"), Arrays.copyOf(whole, whole.length + 1000));
        assertGradient(file);
    }

    @Test
    void theFormatIsDetectedFromTheContent() throws IOException {
        Path png = TestImages.writeGradient(folder.resolve("a.png"), HEIGHT, WIDTH);
        assertGradient(Files.move(png, folder.resolve("a.jpg")));
    }

    @ParameterizedTest(name = "{0} x {1} at {2} is loaded as {3} x {4}")
    @CsvSource({"480,640,320,240,320", "640,480,320,320,240", "100,50,640,640,320", "333,500,320,214,320",
        "640,427,640,640,427", "500,333,640,640,427"})
    void theLongSideBecomesTheImageSize(int height, int width, int imageSize, int newHeight, int newWidth) {
        assertThat(LoadSize.of(height, width, imageSize)).isEqualTo(new LoadSize(newHeight, newWidth));
        try (RgbImage image = RgbImage.of(TestImages.gradient(height, width));
                RgbImage loaded = image.toLoadSize(imageSize)) {
            assertThat(loaded.height()).isEqualTo(newHeight);
            assertThat(loaded.width()).isEqualTo(newWidth);
        }
    }
}

package io.yolofit.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Native decoders print to the process's stderr, which Java cannot capture: this test reads that of another process.
class QuietDecodingTest {
    @TempDir
    Path folder;
    @TempDir
    Path results;

    /// Reads the files of a folder, and writes one line per file.
    public static final class Main {
        private Main() {
        }

        public static void main(String[] arguments) throws IOException {
            StringBuilder lines = new StringBuilder();
            try (var files = Files.list(Path.of(arguments[0]))) {
                for (Path file : files.sorted().toList()) {
                    lines.append(file.getFileName()).append(' ').append(outcome(file)).append('\n');
                }
            }
            Files.writeString(Path.of(arguments[1]), lines);
        }

        private static String outcome(Path file) {
            try (RgbImage _ = RgbImage.decode(file)) {
                return ImageHeader.read(file).damage().isEmpty() ? "intact" : "repaired";
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1)).put(data);
        CRC32 checksum = new CRC32();
        checksum.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) checksum.getValue()).array();
    }

    private static byte[] inserted(byte[] content, int at, byte[] added) {
        byte[] result = Arrays.copyOf(content, content.length + added.length);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(content, at, result, at + added.length, content.length - at);
        return result;
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    @Test
    void decodersPrintNothing() throws IOException, InterruptedException {
        byte[] jpeg;
        try (Mat gradient = TestImages.gradient(96, 128)) {
            jpeg = TestImages.jpeg(gradient);
        }
        write("a-no-end.jpg", Arrays.copyOf(jpeg, jpeg.length - 2));
        write("b-cut.jpg", Arrays.copyOf(jpeg, jpeg.length * 98 / 100));
        write("c-half.jpg", Arrays.copyOf(jpeg, jpeg.length / 2));
        byte[] png = Files.readAllBytes(TestImages.writeGradient(folder.resolve("d-plain.png"), 20, 30));
        int afterHeader = 8 + 25;
        write("e-profile.png", inserted(png, afterHeader, chunk("iCCP", new byte[] {'x', 0, 0, 1, 2, 3})));
        png[png.length - 30]++;
        write("f-damaged.png", png);
        write("g-giant.png", giantPng());
        byte[] tiff = Files.readAllBytes(TestImages.writeGradient(folder.resolve("h-plain.tif"), 20, 30));
        write("i-cut.tif", Arrays.copyOf(tiff, tiff.length / 2));
        write("j-text.jpg", "not an image".getBytes(StandardCharsets.UTF_8));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), folder.toString(),
                results.resolve("lines").toString()).redirectErrorStream(true)
                .redirectOutput(results.resolve("printed").toFile()).start();
        assertThat(process.waitFor()).isZero();
        assertThat(results.resolve("printed")).isEmptyFile();
        assertThat(Files.readAllLines(results.resolve("lines"))).satisfiesExactly(
                line -> assertThat(line).isEqualTo("a-no-end.jpg repaired"),
                line -> assertThat(line).isEqualTo("b-cut.jpg repaired"),
                line -> assertThat(line).contains("can be decoded"),
                line -> assertThat(line).isEqualTo("d-plain.png intact"),
                line -> assertThat(line).isEqualTo("e-profile.png intact"),
                line -> assertThat(line).contains("wrong checksum"),
                line -> assertThat(line).contains("33000 x 33000 pixels are more than can be decoded (2^30"),
                line -> assertThat(line).isEqualTo("h-plain.tif intact"),
                line -> assertThat(line).contains("not an image"),
                line -> assertThat(line).contains("not an image"));
    }

    private static byte[] giantPng() {
        byte[] header = ByteBuffer.allocate(13).putInt(33000).putInt(33000).put(new byte[] {8, 2, 0, 0, 0}).array();
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        byte[] chunks = inserted(chunk("IHDR", header), 25, chunk("IDAT", new byte[8]));
        return inserted(inserted(chunk("IEND", new byte[0]), 0, chunks), 0, signature);
    }
}

package io.yolofit.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RasterSizeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bmp", "tif", "gif"})
    void theSizeIsReadFromTheHeader(String extension) throws IOException {
        Path file = TestImages.writeGradient(folder.resolve("a." + extension), 40, 64);
        assertThat(RasterSize.of(Files.readAllBytes(file))).contains(new RasterSize(40, 64));
    }

    @Test
    void otherContentHasNone() {
        assertThat(RasterSize.of(new byte[0])).isEmpty();
        assertThat(RasterSize.of(new byte[] {'B', 'M', 0, 0, 0})).isEmpty();
        assertThat(RasterSize.of(new byte[] {'I', 'I', 42, 0, -1, -1, -1, -1})).isEmpty();
    }

    @Test
    void aHugeBitmapIsRejectedBeforeItIsDecoded() throws IOException {
        byte[] content = Files.readAllBytes(TestImages.writeGradient(folder.resolve("a.bmp"), 40, 64));
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 40_000).putInt(22, -40_000);
        Path file = Files.write(folder.resolve("huge.bmp"), content);
        assertThatThrownBy(() -> ImageHeader.read(file)).isInstanceOf(ImageException.class)
                .hasMessage("40000 x 40000 pixels are more than can be decoded (2^30, and 2^20 per side)");
    }
}

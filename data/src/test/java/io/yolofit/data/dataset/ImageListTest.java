package io.yolofit.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageListTest {
    @TempDir
    Path folder;
    private Path image;

    @BeforeEach
    void image() throws IOException {
        image = TestImages.writeGradient(folder.resolve("set/images/a b.png"), 20, 30);
        Files.createDirectories(folder.resolve("lists"));
    }

    private ImageSources.Found read(String text) throws IOException {
        Path list = Files.writeString(folder.resolve("lists/train.txt"), text);
        return ImageSources.find(List.of(list), folder.resolve("set"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"images/a b.png", "./images/a b.png", "../set/images/a b.png", "\"images/a b.png\"",
        "'images/a b.png'", "images\\a b.png", "..\\set\\images\\a b.png", "\ufeffimages/a b.png",
        "  images/a b.png \r\n",
        "# comment\n\nimages/a b.png", "Images/A B.PNG"})
    void spellingsOfAPathAreAccepted(String line) throws IOException {
        ImageSources.Found found = read(line);
        assertThat(found.images()).containsExactly(image);
        assertThat(found.problems()).isEmpty();
    }

    @Test
    void pathsMayBeRelativeToTheWorkingFolder() throws IOException {
        Path working = Path.of("").toAbsolutePath();
        assertThat(read(working.relativize(image).toString()).images()).containsExactly(image);
    }

    @Test
    void missingImagesAndOtherFilesAreReportedByLine() throws IOException {
        ImageSources.Found found = read("images/a b.png\nimages/gone.png\nnotes.md\n");
        assertThat(found.images()).hasSize(1);
        assertThat(found.problems()).extracting(Problem::line).containsExactly(2, 3);
        assertThat(found.problems()).extracting(Problem::outcome).containsExactly(Outcome.IMAGE_SKIPPED,
                Outcome.FILES_SKIPPED);
        assertThat(found.problems().getFirst().what()).isEqualTo("the image images/gone.png does not exist in "
                + folder.resolve("lists") + ", " + folder.resolve("set") + ", " + Path.of("").toAbsolutePath());
    }

    @Test
    void missingImagesCountAsSkippedImagesOfTheSplit() throws IOException {
        Path list = Files.writeString(folder.resolve("lists/train.txt"), "images/a b.png\nimages/gone.png\n");
        Files.createDirectories(folder.resolve("set/labels"));
        Files.writeString(folder.resolve("set/labels/a b.txt"), "0 0.5 0.5 0.1 0.1");
        SplitScan scan = new Split("train", List.of("a"), List.of(list), folder.resolve("set"))
                .scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache")));
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.skipped()).isEqualTo(1);
        assertThat(scan.problems().getFirst().what()).isEqualTo(
                "1 of 2 images in split 'train' are skipped or have no object");
    }

    @Test
    void aListOfMissingImagesSpeaksOfImages() {
        assertThatThrownBy(() -> read("x/1.jpg\nx/2.jpg\n")).isInstanceOf(DatasetException.class)
                .hasMessageContaining("none of the 2 images in the list")
                .hasMessageContaining("line 1: the image x/1.jpg does not exist in");
    }

    @Test
    void aListInAnotherEncodingIsNamed() throws IOException {
        Path list = Files.write(folder.resolve("lists/train.txt"), "a.jpg\n".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> ImageSources.find(List.of(list), folder)).isInstanceOf(DatasetException.class)
                .hasMessage("the image list %s is UTF-16 text: save it as UTF-8", list);
    }
}

package io.yolofit.data.importing;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.formats.AnnotationFiles;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.RawImage;
import io.yolofit.data.formats.Sources;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLocatorTest {
    @TempDir
    private Path folder;

    /// The image that a COCO file in the folder names.
    private ImageLocator.Found find(String name) {
        return find("instances.json", name);
    }

    private ImageLocator.Found find(String file, String name) {
        Path source = Sources.text(folder.resolve(file), Sources.coco(List.of("{\"id\":1,\"file_name\":\"%s\"}"
                .formatted(name.replace("\\", "\\\\"))), List.of()));
        RawImage image = AnnotationFiles.find(source).read(false).images().getFirst();
        return new ImageLocator(List.of(folder)).find(image);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            photo.jpg                                                  | images/photo.jpg
            a/photo.jpg                                                | data/a/photo.jpg
            images\\a\\photo.jpg                                       | data/a/photo.jpg
            ../../label-studio/upload/1/8f2c01ab-photo.jpg             | images/photo.jpg
            /data/upload/1/8f2c01ab-my%20photo.jpg                     | images/my photo.jpg
            http://localhost:8080/data/upload/1/8f2c01ab-my%20photo.jpg| images/my photo.jpg
            /data/local-files/?d=images%2Fphoto.jpg                    | images/photo.jpg
            50%.jpg                                                    | images/50%.jpg
            photo                                                      | images/photo.jpg
            PHOTO.JPG                                                  | images/photo.jpg
            photo.png                                                  | images/photo.jpg
            """)
    void findsTheFileOfAName(String name, String file) {
        Sources.image(folder.resolve(file));
        assertThat(find(name).file()).contains(folder.resolve(file));
    }

    @Test
    void aFileThatLabelStudioRenamedBelongsToTheOriginalName() {
        Path image = Sources.image(folder.resolve("images/8f2c01ab-photo.jpg"));
        assertThat(find("photo.jpg").file()).contains(image);
    }

    @Test
    void theFoldersOfTheNameDecideBetweenEqualNames() {
        Path first = Sources.image(folder.resolve("data/a/photo.jpg"));
        Path second = Sources.image(folder.resolve("data/b/photo.jpg"));
        assertThat(find("a/photo.jpg").file()).contains(first);
        assertThat(find("b/photo.jpg").file()).contains(second);
        assertThat(find("photo.jpg").file()).isEmpty();
        assertThat(find("photo.jpg").fault()).isEqualTo(DropReason.SEVERAL_IMAGES);
    }

    @Test
    void theSplitOfTheAnnotationFileDecidesToo() {
        Sources.image(folder.resolve("train/1.jpg"));
        Path val = Sources.image(folder.resolve("val/1.jpg"));
        assertThat(find("annotations/instances_val.json", "1.jpg").file()).contains(val);
    }

    @Test
    void whatIsNowhereIsMissing() {
        Sources.image(folder.resolve("images/photo.jpg"));
        assertThat(find("other.jpg").fault()).isEqualTo(DropReason.MISSING_IMAGE);
        assertThat(find("a:*?b.jpg").fault()).isEqualTo(DropReason.MISSING_IMAGE);
    }
}

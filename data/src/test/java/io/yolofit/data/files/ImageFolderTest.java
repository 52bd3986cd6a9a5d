package io.yolofit.data.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    private void file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
    }

    private List<String> images() {
        return ImageFolder.find(folder).images().stream().map(image -> folder.relativize(image).toString()).toList();
    }

    private List<String> skipped() {
        return ImageFolder.find(folder).skipped().stream()
                .map(skipped -> folder.relativize(skipped.file()) + ": " + skipped.what()).toList();
    }

    @Test
    void everyReadableFormatIsFoundInAllSubfolders() throws IOException {
        for (String name : List.of("b.JPG", "a/deep/c.png", "d.webp", "e.tiff", "f.pgm", "g.gif", "h.bmp", "i.mpo")) {
            file(name);
        }
        assertThat(images()).containsExactly("a/deep/c.png", "b.JPG", "d.webp", "e.tiff", "f.pgm", "g.gif", "h.bmp",
                "i.mpo");
        assertThat(skipped()).isEmpty();
    }

    @Test
    void hiddenFilesAndFoldersAreSkippedAndCounted() throws IOException {
        file("a.jpg");
        file("._a.jpg");
        file("._b.jpg");
        file(".ipynb_checkpoints/a-checkpoint.jpg");
        assertThat(images()).containsExactly("a.jpg");
        assertThat(skipped()).containsExactly("._a.jpg: a hidden file (2 of this kind)",
                ".ipynb_checkpoints: a hidden folder");
    }

    @Test
    void aHiddenFolderThatIsNamedIsSearched() throws IOException {
        file(".cache/images/a.jpg");
        assertThat(ImageFolder.find(folder.resolve(".cache/images")).images()).hasSize(1);
    }

    @Test
    void formatsThatAreNotReadAreCountedByExtension() throws IOException {
        file("a.jpg");
        file("b.heic");
        file("c.HEIC");
        file("d.dng");
        file("notes.md");
        file("labels.txt");
        assertThat(images()).containsExactly("a.jpg");
        assertThat(skipped()).containsExactly(
                "b.heic: a .heic image, a format that is not read (convert it to jpg or png) (2 of this kind)",
                "d.dng: a .dng image, a format that is not read (convert it to jpg or png)",
                "notes.md: not an image");
    }

    @Test
    void linksAreFollowedAndLoopsAreReported() throws IOException {
        file("set/a.jpg");
        Files.createSymbolicLink(folder.resolve("set/loop"), folder);
        Files.createSymbolicLink(folder.resolve("other"), folder.resolve("set"));
        Files.createSymbolicLink(folder.resolve("gone.jpg"), folder.resolve("nowhere"));
        assertThat(images()).containsExactly("other/a.jpg", "set/a.jpg");
        assertThat(skipped()).containsExactly(
                "other/loop: the link leads back to " + folder.toRealPath() + ", a folder above it",
                "set/loop: the link leads back to " + folder.toRealPath() + ", a folder above it",
                "gone.jpg: a link to a file that does not exist");
    }

    @Test
    void aLinkToAFolderThatContainsTheSearchedOneIsALoop() throws IOException {
        file("images/train/a.jpg");
        file("images/val/b.jpg");
        Files.createSymbolicLink(folder.resolve("images/train/up"), folder.resolve("images"));
        ImageFolder.Result result = ImageFolder.find(folder.resolve("images/train"));
        assertThat(result.images()).containsExactly(folder.resolve("images/train/a.jpg"));
        assertThat(result.skipped()).hasSize(1);
    }

    @Test
    void aFolderThatCannotBeListedIsReported() throws IOException {
        file("a.jpg");
        Path missing = folder.resolve("missing");
        assertThat(ImageFolder.find(missing).skipped()).containsExactly(new ImageFolder.Skipped(missing,
                "the folder cannot be listed: it does not exist"));
    }
}

package io.yolofit.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFinderTest {
    private static final String BOX = "0 0.5 0.5 0.2 0.2\n";

    @TempDir
    Path folder;

    private void image(String name) throws IOException {
        TestImages.writeGradient(folder.resolve(name), 20, 30);
    }

    private void labels(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, BOX);
    }

    private SplitScan scan(String source) {
        return new Split("train", List.of("a"), List.of(folder.resolve(source)), folder)
                .scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache")).withThreads(2));
    }

    private String text(SplitScan scan) {
        return String.join("\n", scan.problems().stream().map(Problem::toString).toList());
    }

    private void assertAllLabeled(String source, int images) {
        SplitScan scan = scan(source);
        assertThat(scan.problems()).isEmpty();
        assertThat(scan.images()).hasSize(images).allMatch(image -> image.labels().size() == 1);
        scan.requireObjects();
    }

    @Test
    void aLabelThatIsALinkToNothingSkipsItsImage() throws IOException {
        image("images/train/a.png");
        labels("labels/train/a.txt");
        image("images/train/b.png");
        assertThat(scan("images/train").images()).hasSize(2);
        Path link = folder.resolve("labels/train/b.txt");
        Files.createSymbolicLink(link, Path.of("nowhere.txt"));
        SplitScan scan = scan("images/train");
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.problems()).contains(Problem.ofFile(link, "is a link to nowhere.txt, which does not exist",
                Outcome.IMAGE_SKIPPED));
        assertThat(text(scan)).doesNotContain("have no label file");
    }

    @Test
    void aLabelFolderThatIsALinkToNothingIsReported() throws IOException {
        image("images/train/a.png");
        Path link = folder.resolve("labels/train");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("nowhere"));
        assertThat(scan("images/train").problems()).contains(Problem.ofFile(link,
                "is a link to nowhere, which does not exist", Outcome.FILES_SKIPPED));
    }

    @Test
    void labelsInTheFolderOfTheImageAreFound() throws IOException {
        image("images/train/a.png");
        labels("images/train/a.txt");
        image("images/train/b.png");
        labels("labels/train/b.txt");
        assertAllLabeled("images/train", 2);
    }

    @Test
    void foldersAndNamesInAnotherCaseAreFound() throws IOException {
        image("Images/t/a.png");
        image("Images/t/B.PNG");
        labels("Labels/T/a.TXT");
        labels("Labels/T/b.txt");
        assertAllLabeled("Images/t", 2);
        labels("labels/other/c.txt"); // the exact name exists too, but not with the subfolder
        assertAllLabeled("Images/t", 2);
    }

    @Test
    void namesInAnotherNormalizationAreFound() throws IOException {
        image("images/train/\u00fcber.png");
        labels("labels/train/u\u0308ber.txt");
        assertAllLabeled("images/train", 1);
    }

    @Test
    void anExactNameIsNotTakenByASimilarOne() throws IOException {
        image("images/train/a.png");
        image("images/train/A.png");
        labels("labels/train/A.txt");
        SplitScan scan = scan("images/train");
        assertThat(scan.images()).extracting(image -> image.labels().size()).containsExactly(1, 0);
        assertThat(text(scan)).contains("a.png: 1 of 2 images have no label file");
    }

    @Test
    void imagesOfOneStemShareTheirLabels() throws IOException {
        image("images/train/a.png");
        image("images/train/a.bmp");
        labels("labels/train/a.txt");
        assertAllLabeled("images/train", 2);
    }

    @Test
    void prefixesOfToolsAreNamedWithTheExpectedFile() throws IOException {
        image("images/img0.png");
        image("images/img1.png");
        labels("labels/1f2e3d4c-img0.txt");
        labels("labels/1f2e3d4c-img1.txt");
        SplitScan scan = scan("images");
        assertThat(text(scan)).contains(
                "labels/1f2e3d4c-img0.txt: 2 label files belong to no image, such as this one; is it meant for "
                + folder.resolve("images/img0.png") + "? Then rename it to img0.txt; not used",
                "images/img0.png: 2 of 2 images have no label file, such as this one: its labels are expected in "
                + folder.resolve("labels/img0.txt") + "; used as background");
        assertThatThrownBy(scan::requireObjects).isInstanceOf(DatasetException.class)
                .hasMessageContaining("nothing to train on").hasMessageContaining("rename it to img0.txt");
    }

    @Test
    void labelFilesInOtherFoldersAreReported() throws IOException {
        image("images/train/a.png");
        labels("labels/a.txt");
        assertThat(text(scan("images/train"))).contains(folder.resolve("labels/a.txt")
                + ": this label file belongs to no image");
        labels("labels/train/obj_train_data/a.txt");
        assertThat(text(scan("images/train"))).contains("labels/train/obj_train_data/a.txt: "
                + "this label file belongs to no image");
    }

    @Test
    void labelFilesOfOtherSplitsAndOfToolsAreNotReported() throws IOException {
        image("images/a.png");
        image("images/b.png");
        image("images/sub/c.png");
        Files.writeString(folder.resolve("images/d.heic"), "a format that is not read");
        for (String name : List.of("a", "b", "sub/c", "d", "classes")) {
            labels("labels/" + name + ".txt");
        }
        Files.writeString(folder.resolve("images/train.txt"), "images/a.png\n");
        SplitScan scan = scan("images/train.txt");
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.problems()).isEmpty();
    }

    @Test
    void skippedFilesOfTheFolderAreInTheReport() throws IOException {
        image("images/train/a.png");
        labels("labels/train/a.txt");
        image("images/train/.ipynb_checkpoints/a-checkpoint.png");
        Files.writeString(folder.resolve("images/train/b.heic"), "x");
        SplitScan scan = scan("images/train");
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.problems()).extracting(Problem::outcome).containsOnly(Outcome.FILES_SKIPPED);
        assertThat(text(scan)).contains("a hidden folder; not used", "a .heic image, a format that is not read");
    }
}

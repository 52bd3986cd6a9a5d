package io.yolofit.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScannerTest {
    @TempDir
    Path folder;

    private void image(String name, String labels) throws IOException {
        TestImages.writeGradient(folder.resolve("images/train/" + name + ".png"), 20, 30);
        if (labels != null) {
            Files.createDirectories(folder.resolve("labels/train"));
            Files.writeString(folder.resolve("labels/train/" + name + ".txt"), labels);
        }
    }

    private Split split() {
        return new Split("train", List.of("a", "b", "c"), List.of(folder.resolve("images/train")), folder);
    }

    private ScanOptions options() {
        return ScanOptions.defaults().withCacheFolder(folder.resolve("cache")).withThreads(2);
    }

    private SplitScan scan() {
        return split().scan(options());
    }

    private static List<String> names(SplitScan scan) {
        return scan.images().stream().map(image -> image.path().getFileName().toString()).toList();
    }

    /// The report on single files, without that on the split as a whole.
    private static List<Problem> ofFiles(SplitScan scan) {
        return scan.problems().stream().filter(problem -> problem.outcome() != Outcome.SUSPICIOUS
                && problem.outcome() != Outcome.BACKGROUND).toList();
    }

    @Test
    void readsBoxesPolygonsAndBackgrounds() throws IOException {
        image("a", "1 0.5 0.5 0.2 0.4\n\n  2\t0.1 0.2 0.05 0.1  \r\n");
        image("b", "0 0.1 0.1 0.5 0.2 0.3 0.9\n");
        image("c", "");
        image("d", null);
        SplitScan scan = scan();
        assertThat(ofFiles(scan)).isEmpty();
        assertThat(names(scan)).containsExactly("a.png", "b.png", "c.png", "d.png");
        assertThat(scan.images().getFirst()).extracting(LabeledImage::width, LabeledImage::height)
                .containsExactly(30, 20);
        assertThat(scan.images().getFirst().labels()).containsExactly(Label.ofBox(1, 0.5f, 0.5f, 0.2f, 0.4f),
                Label.ofBox(2, 0.1f, 0.2f, 0.05f, 0.1f));
        Label polygon = scan.images().get(1).labels().getFirst();
        assertThat(polygon.polygon()).containsExactly(0.1f, 0.1f, 0.5f, 0.2f, 0.3f, 0.9f);
        assertThat(polygon.centerX()).isEqualTo(0.3f);
        assertThat(polygon.height()).isEqualTo(0.9f - 0.1f);
        assertThat(scan.backgrounds()).isEqualTo(2);
        assertThat(scan.instancesPerClass()).containsExactly(1, 1, 1);
        assertThat(scan.summary()).isEqualTo("train: 4 images (2 backgrounds), 3 objects, 0 images skipped");
        assertThat(new SplitScan(scan.split(), scan.names(), scan.images().subList(1, 2), scan.problems(), false, "")
                .summary()).isEqualTo("train: 1 image (0 backgrounds), 1 object, 0 images skipped");
    }

    /// The image is skipped and reported with file and line; other images are used.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            0 nan 0.5 0.1 0.1 | 'nan' in column 2 is not a number
            0 NaN 0.5 0.1 0.1 | NaN in column 2 is not finite
            0 0.5 Infinity 0.1 0.1 | Infinity in column 3 is not finite
            0 0.5 0.5 -0.1 0.1 | size -0.1 in column 4 is negative
            0 0.5 0.5 0.1 -0.001 | size -0.001 in column 5 is negative
            0 1.02 0.5 0.1 0.1 | 1.02 in column 2 is outside 0 to 1
            0 320 240 50 60 | are these pixels?
            0 -0.02 0.5 0.1 0.1 | -0.02 in column 2 is outside
            3 0.5 0.5 0.1 0.1 | class 3 is out of range, the dataset has 3 classes (0 to 2)
            -1 0.5 0.5 0.1 0.1 | class -1 is out of range
            1.5 0.5 0.5 0.1 0.1 | class 1.5 is not a whole number
            cat 0.5 0.5 0.1 0.1 | 'cat' in column 1 is not a number
            0 0.5 0.5 0.1 | 4 columns, expected 5
            0 0.5 0.5 0.1 0.1 0.9 | 6 columns, expected 5
            0 0.5 0.5 0.1 0.1 0.9 | is the last a confidence or a track id?
            0 0.1 0.1 0.2 0.2 0.3 0.3 0.4 | 8 columns, expected 5
            0 0.1 0.1 0.2 0.2 0.3 0.3 0.4 | are these key points? They need kpt_shape
            0,0.5,0.5,0.1,0.1 | values are separated by spaces
            0 0,5 0,5 0,1 0,1 | decimals have a point
            0;0.5;0.5;0.1;0.1 | '0;0.5;0.5;0.1;0.1' has semicolons: values
            0; 0,5; 0,5; 0,1; 0,1 | has commas and semicolons: values
            0 0.5 0.5 0.1 0.1 # a dog, asleep | '# a dog, asleep' is a comment, and label files have none: remove it
            # class x y w h | '# class x y w h' is a comment
            0 0.5 0.5 0.2 0.2 0.1 0.9 2 0.9 0.1 2 | look like a box and 2 key points; add 'kpt_shape: [2, 3]'
            0 0.5 0.5 0.2 0.2 0.45 0.45 1 0.55 0.55 0 | look like a box and 2 key points
            0 0.5 0.5 0.2 0.2 0.45 0.45 1 0 0 0 | look like a box and 2 key points
            0 0.5 0.5 0.2 0.2 0.45 0.45 1 | 8 columns, expected 5 (class cx cy w h) or 7, 9
            0 0.5 0.5 0.2 0.2 0.1 0.1 1 0.9 0.1 1 0.9 0.9 0 0.1 0.9 1 | look like a box and 4 key points
            0 0.5 0.5 0.2 0.2 0.45 0.45 2 0.55 0.55 1 | add 'kpt_shape: [2, 3]' to the dataset YAML
            0 0.1 0.1 0.5 0.2 0.3 1.2 | 1.2 in column 7 is outside
            """)
    void aMalformedRowSkipsItsImageWithOneReportLine(String row, String expected) throws IOException {
        image("good", "0 0.5 0.5 0.1 0.1");
        image("bad", "0 0.5 0.5 0.1 0.1\n" + row + "\n");
        SplitScan scan = scan();
        assertThat(names(scan)).containsExactly("good.png");
        assertThat(ofFiles(scan)).hasSize(1);
        assertThat(ofFiles(scan).getFirst().toString())
                .startsWith(folder.resolve("labels/train/bad.txt") + ":2: ").contains(expected)
                .endsWith("; image skipped");
        assertThat(scan.skipped()).isEqualTo(1);
    }

    @Test
    void roundingErrorsAndDuplicatesAreTolerated() throws IOException {
        image("a", "0 1.009 -0.009 0.2 1.01\n1.0 0.5 0.5 1e-1 .1\n0 0.4 0.4 0 0.1\n"
                + "1 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.1 0.1\n");
        SplitScan scan = scan();
        assertThat(scan.images().getFirst().labels()).containsExactly(
                Label.ofBox(0, 1, 0, 0.2f, 1), Label.ofBox(1, 0.5f, 0.5f, 0.1f, 0.1f));
        assertThat(scan.problems()).extracting(Problem::toString).containsExactly(
                folder.resolve("labels/train/a.txt") + ":3: the box has no area; rows dropped",
                folder.resolve("labels/train/a.txt") + ": 2 duplicate rows; rows dropped");
    }

    /// Such an image would teach that there is no object where there is one.
    @Test
    void anImageOfWhichNoRowCanBeUsedIsNoBackground() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        image("b", "0 0.5 0.5 0 0.1\n1 0.4 0.4 0.2 0\n");
        image("c", "");
        SplitScan scan = scan();
        assertThat(names(scan)).containsExactly("a.png", "c.png");
        assertThat(scan.skipped()).isEqualTo(1);
        assertThat(scan.problems()).extracting(Problem::toString).contains(folder.resolve("labels/train/b.txt")
                + ": no row can be used, so the image is no background; image skipped");
    }

    @Test
    void badImagesAreSkippedWithOneReportLineEach() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        Path images = folder.resolve("images/train");
        Files.createFile(images.resolve("b.jpg"));
        byte[] whole = Files.readAllBytes(TestImages.writeGradient(images.resolve("c.jpg"), 100, 100));
        Files.write(images.resolve("c.jpg"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(images.resolve("d.png"), "this is no image");
        TestImages.writeGradient(images.resolve("e.png"), 9, 100);
        Files.createDirectories(folder.resolve("labels/train/f.txt"));
        TestImages.writeGradient(images.resolve("f.png"), 20, 20);
        SplitScan scan = scan();
        assertThat(names(scan)).containsExactly("a.png");
        assertThat(ofFiles(scan)).hasSize(5).allMatch(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED);
        assertThat(ofFiles(scan).stream().map(Problem::what).toList()).satisfiesExactly(
                what -> assertThat(what).isEqualTo("the file is empty"),
                what -> assertThat(what).contains("cut short"),
                what -> assertThat(what).contains("not an image"),
                what -> assertThat(what).contains("100 x 9 pixels, too small"),
                what -> assertThat(what).isEqualTo("cannot be read: is a directory"));
    }


    @Test
    void theSizeIsThatAfterExifOrientation() throws IOException {
        byte[] jpeg = Files.readAllBytes(TestImages.writeGradient(folder.resolve("images/train/a.jpg"), 20, 30));
        Files.write(folder.resolve("images/train/a.jpg"), TestImages.withSegment(jpeg, 0xe1, TestImages.exif(6)));
        Files.createDirectories(folder.resolve("labels"));
        assertThat(scan().images().getFirst()).extracting(LabeledImage::width, LabeledImage::height)
                .containsExactly(20, 30);
    }

    @Test
    void aSplitWithoutLabelsCannotBeUsed() throws IOException {
        image("a", null);
        SplitScan scan = scan();
        assertThat(scan.images()).hasSize(1);
        assertThatThrownBy(scan::requireLabels).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'train' has no labels")
                .hasMessageContaining(folder.resolve("labels/train/a.txt").toString());
        assertThatThrownBy(scan::requireObjects).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'train' has no labels");
    }

    @Test
    void aSplitOfBackgroundsCanBeScannedButNotTrainedOn() throws IOException {
        image("a", "");
        SplitScan scan = scan();
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.problems()).extracting(Problem::outcome).containsExactly(Outcome.SUSPICIOUS);
        assertThat(scan.problems().getFirst().what()).contains("no object in split 'train'");
        scan.requireLabels();
        assertThatThrownBy(scan::requireObjects).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'train' has no object in its 1 images");
    }

    @Test
    void moreThanAThirdSkippedOrBackgroundIsSuspicious() throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            image(name, "0 0.5 0.5 0.1 0.1");
        }
        image("e", "");
        image("f", "9 0.5 0.5 0.1 0.1");
        assertThat(scan().problems()).extracting(Problem::outcome).containsExactly(Outcome.IMAGE_SKIPPED);
        image("g", "");
        assertThat(scan().problems().getFirst()).isEqualTo(Problem.ofFile(folder.resolve("labels"),
                "3 of 7 images in split 'train' are skipped or have no object", Outcome.SUSPICIOUS));
    }

    @Test
    void classesFromOneAreRecognized() throws IOException {
        image("a", "1 0.5 0.5 0.1 0.1");
        image("b", "3 0.5 0.5 0.1 0.1");
        assertThat(scan().problems()).extracting(Problem::what)
                .contains("classes run from 1 to 3: does the numbering start at 1? In YOLO labels it starts at 0");
        assertThat(scan().fromCache()).isTrue();
        assertThat(scan().problems()).extracting(Problem::what).anyMatch(what -> what.contains("classes run from 1"));
        image("c", "0 0.5 0.5 0.1 0.1");
        assertThat(scan().problems()).extracting(Problem::what).noneMatch(what -> what.contains("classes run from 1"));
    }

    @Test
    void poseRowsGiveTheirBoxUnderKptShape() throws IOException {
        String keyPoints = " 0.1 0.1 2 0.9 0.1 2 0.9 0.9 1 0.1 0.9 0\n";
        image("a", "1 0.5 0.5 0.2 0.4" + keyPoints + "0 0.5 0.5 0.1 0.1\n");
        image("b", "1 0.5 0.5 0.2 0.4 0.1 0.1\n");
        LabelFormat format = new LabelFormat(3, 4, 3);
        Split pose = new Split("train", split().names(), format, split().sources(), folder, List.of());
        SplitScan scan = pose.scan(options());
        assertThat(scan.images().getFirst().labels()).containsExactly(Label.ofBox(1, 0.5f, 0.5f, 0.2f, 0.4f),
                Label.ofBox(0, 0.5f, 0.5f, 0.1f, 0.1f));
        assertThat(ofFiles(scan)).extracting(Problem::toString).containsExactly(folder.resolve("labels/train/b.txt")
                + ":1: 7 columns, expected 17 (class, box and key points by kpt_shape: [4, 3]) or 5 (class cx cy w h); "
                + "image skipped");
        assertThat(split().scan(options()).fromCache()).as("the format is part of the cache's key").isFalse();
    }

    @Test
    void orientedBoxesArePolygons() throws IOException {
        image("a", "0 0.1 0.2 0.5 0.1 0.6 0.6 0.2 0.7\n");
        Label label = scan().images().getFirst().labels().getFirst();
        assertThat(label.polygon()).hasSize(8);
        assertThat(label.width()).isEqualTo(0.6f - 0.1f);
    }

    /// The places of visibilities hold 0 or 1, and still no box contains the points.
    @ParameterizedTest
    @ValueSource(strings = {"0.3 0.4 0.2 0.1 0.1 0.05 0 0.3 0 0", "1 0.4 0.9 0.2 0.9 0.1 0 0 1 0"})
    void polygonsAtACornerOfTheImageAreNotPoseRows(String polygon) throws IOException {
        image("a", "0 " + polygon + "\n");
        assertThat(scan().problems()).isEmpty();
        assertThat(scan().images().getFirst().labels().getFirst().polygon()).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            UTF-16 | is UTF-16 text: save it as UTF-8
            UTF-16LE | is UTF-16 text: save it as UTF-8
            GBK | is not UTF-8 text (byte 0xb9 in line 2): save it as UTF-8
            """)
    void labelsInOtherEncodingsAreNamed(String encoding, String expected) throws IOException {
        image("good", "0 0.5 0.5 0.1 0.1");
        image("bad", "");
        Files.write(folder.resolve("labels/train/bad.txt"),
                "0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1 0.\u72d7".getBytes(Charset.forName(encoding)));
        assertThat(ofFiles(scan())).extracting(Problem::what).containsExactly(expected);
    }

    @Test
    void damagedImagesThatAreUsedAreReported() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        Path image = TestImages.writeGradient(folder.resolve("images/train/b.jpg"), 64, 64);
        byte[] whole = Files.readAllBytes(image);
        Files.write(image, Arrays.copyOf(whole, whole.length - 2));
        Files.writeString(folder.resolve("labels/train/b.txt"), "0 0.5 0.5 0.1 0.1");
        for (boolean cached : new boolean[] {false, true}) {
            SplitScan scan = scan();
            assertThat(scan.fromCache()).isEqualTo(cached);
            assertThat(scan.problems()).containsExactly(Problem.ofFile(image,
                    "the JPEG has no end marker: its pixels are complete", Outcome.NOTED));
            assertThat(scan.images()).extracting(LabeledImage::intact).containsExactly(true, false);
        }
    }

    /// A name in Latin-1, as in archives from old systems, is not valid UTF-8.
    @Test
    void namesThatAreNotUtf8KeepTheirLabels() throws IOException {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"), "names are plain bytes on Linux only");
        image("good", "0 0.5 0.5 0.1 0.1");
        Path image = Path.of(URI.create(folder.resolve("images/train").toUri() + "caf%E9.png"));
        Files.copy(folder.resolve("images/train/good.png"), image);
        Path labels = Path.of(URI.create(folder.resolve("labels/train").toUri() + "caf%E9.txt"));
        Files.writeString(labels, "1 0.5 0.5 0.1 0.1");
        for (boolean cached : new boolean[] {false, true}) {
            SplitScan scan = scan();
            assertThat(scan.fromCache()).isEqualTo(cached);
            assertThat(scan.problems()).isEmpty();
            assertThat(scan.images().getFirst().path()).isEqualTo(image);
            assertThat(scan.instancesPerClass()).containsExactly(1, 1, 0);
        }
    }

    @Test
    void anUnwritableCacheFolderDoesNotStopTheScan() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        Path blocked = Files.writeString(folder.resolve("file"), "not a folder");
        SplitScan scan = split().scan(options().withCacheFolder(blocked));
        assertThat(scan.images()).hasSize(1);
        assertThat(scan.problems()).extracting(Problem::outcome).containsExactly(Outcome.NOT_CACHED);
        assertThat(scan.problems().getFirst().what()).contains("every run will scan the images");
    }

    @Test
    void aSplitWithoutUsableImagesIsAnErrorWithTheFirstProblems() throws IOException {
        image("a", "9 0.5 0.5 0.1 0.1");
        assertThatThrownBy(this::scan).isInstanceOf(DatasetException.class)
                .hasMessageContaining("none of its 1 images is usable")
                .hasMessageContaining("a.txt:1: class 9 is out of range");
    }

    @Test
    void fractionSingleClassAndClassesAreApplied() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1\n2 0.5 0.5 0.1 0.1\n");
        image("b", "1 0.5 0.5 0.1 0.1\n");
        image("c", "2 0.5 0.5 0.1 0.1\n");
        assertThat(names(split().scan(options().withFraction(0.6)))).containsExactly("a.png", "b.png");
        assertThat(names(split().scan(options().withFraction(0.01)))).containsExactly("a.png");
        SplitScan kept = split().scan(options().withClasses(Set.of(2)));
        assertThat(kept.instancesPerClass()).containsExactly(0, 0, 2);
        assertThat(kept.backgrounds()).isEqualTo(1);
        SplitScan single = split().scan(options().withSingleClass(true));
        assertThat(single.names()).containsExactly("item");
        assertThat(single.instancesPerClass()).containsExactly(4);
        assertThatThrownBy(() -> split().scan(options().withClasses(Set.of(3))))
                .hasMessageContaining("class 3 does not exist");
        assertThatThrownBy(() -> options().withFraction(1.5)).hasMessageContaining("fraction=1.5");
    }

    @Test
    void aSecondScanIsReadFromTheCacheWithTheSameResult() throws IOException {
        image("a", "0 0.123456 0.5 0.1 0.1\n1 0.1 0.1 0.333333 0.2 0.3 0.9\n");
        image("b", "9 0.5 0.5 0.1 0.1");
        SplitScan first = scan();
        SplitScan second = scan();
        assertThat(first.fromCache()).isFalse();
        assertThat(second.fromCache()).isTrue();
        assertThat(second.images()).isEqualTo(first.images());
        assertThat(second.problems()).isEqualTo(first.problems());
        assertThat(split().scan(options().withSingleClass(true)).fromCache()).isTrue();
    }

    @Test
    void aChangedLabelOrImageInvalidatesTheCache() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        scan();
        image("a", "0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.2 0.2");
        assertThat(scan().fromCache()).isFalse();
        assertThat(scan().instances()).isEqualTo(2);
        image("b", "");
        assertThat(scan().fromCache()).isFalse();
        Files.delete(folder.resolve("labels/train/a.txt"));
        assertThat(scan().fromCache()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"key\": 7", "[1, 2]", "{\"key\":\"x\",\"findings\":[{}]}"})
    void aDamagedCacheIsRebuilt(String content) throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        SplitScan first = scan();
        try (var files = Files.list(folder.resolve("cache/scans"))) {
            Files.writeString(files.toList().getFirst(), content);
        }
        SplitScan second = scan();
        assertThat(second.fromCache()).isFalse();
        assertThat(second.images()).isEqualTo(first.images());
        assertThat(scan().fromCache()).isTrue();
    }

    @Test
    void nothingIsWrittenIntoTheDataset() throws IOException {
        image("a", "0 0.5 0.5 0.1 0.1");
        scan();
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> !file.startsWith(folder.resolve("cache"))))
                    .containsExactlyInAnyOrder(folder.resolve("images/train/a.png"),
                    folder.resolve("labels/train/a.txt"));
        }
    }

    @Test
    void labelPathsReplaceTheLastImagesFolder() {
        assertThat(LabelPath.of(Path.of("/x/Images/z/a.jpg"))).hasToString("/x/labels/z/a.txt");
        assertThat(LabelPath.of(Path.of("/images/a.jpg"))).hasToString("/labels/a.txt");
        assertThat(LabelPath.of(Path.of("/x/images/y/images/z/a.b.jpg"))).hasToString("/x/images/y/labels/z/a.b.txt");
        assertThat(LabelPath.of(Path.of("/x/pictures/a.b"))).hasToString("/x/pictures/a.txt");
    }
}

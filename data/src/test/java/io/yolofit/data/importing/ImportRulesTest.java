package io.yolofit.data.importing;

import static io.yolofit.data.formats.Sources.box;
import static io.yolofit.data.formats.Sources.coco;
import static io.yolofit.data.formats.Sources.dropped;
import static io.yolofit.data.formats.Sources.droppedImages;
import static io.yolofit.data.formats.Sources.entry;
import static io.yolofit.data.formats.Sources.head;
import static io.yolofit.data.formats.Sources.object;
import static io.yolofit.data.formats.Sources.text;
import static io.yolofit.data.formats.Sources.voc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.Sources;
import io.yolofit.data.formats.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules that hold for all formats: which images are in which split, and which are backgrounds.
class ImportRulesTest {
    private static final int IMAGES = 40;

    @TempDir
    private Path folder;

    private ScanOptions options() {
        return ScanOptions.defaults().withCacheFolder(folder.resolve("cache"));
    }

    private DatasetImport checked(List<String> names) {
        return DatasetImport.checked(new ImportRequest(folder, Optional.empty(), Optional.empty(), 0, false, names),
                options());
    }

    private static Map<String, List<Path>> images(Map<String, SplitScan> scans) {
        Map<String, List<Path>> images = new TreeMap<>();
        scans.forEach((split, scan) -> images.put(split, scan.images().stream().map(LabeledImage::path).toList()));
        return images;
    }

    /// @param damaged every n-th image cannot be decoded
    private Path cocoOf(int damaged) throws IOException {
        List<String> images = new ArrayList<>();
        List<String> boxes = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            Path image = Sources.image(folder.resolve("images/%02d.png".formatted(i)));
            images.add(entry(i, image.getFileName().toString()));
            if (i % 3 > 0) {
                boxes.add(box(i, i, i % 3 == 1 ? 3 : 7, i % 11 == 0 ? "[1,1,-5,5]" : "[1,1,5,5]"));
            }
            if (i % damaged == 1) {
                Files.write(image, new byte[100]);
            }
        }
        return text(folder.resolve("annotations.json"), coco(images, boxes));
    }

    @ParameterizedTest
    @CsvSource({"1000", "7", "3"})
    void trainingOnAnnotationsUsesTheSplitsOfTheirImport(int damaged) throws IOException {
        Path json = cocoOf(damaged);
        Dataset direct = DataSource.load(json, _ -> { });
        Map<String, SplitScan> scans = Map.of("train", direct.train().scan(options()),
                "val", direct.val().scan(options()));
        DatasetImport imported = DatasetImport.checked(ImportRequest.of(json), options());
        assertThat(images(imported.scans())).isEqualTo(images(scans));
        assertThat(imported.scans().get("val").images().size()).isGreaterThan(3);
        scans.forEach((split, scan) -> assertThat(scan.images()).extracting(LabeledImage::labels).isEqualTo(
                imported.scans().get(split).images().stream().map(LabeledImage::labels).toList()));
        long images = scans.values().stream().mapToLong(scan -> scan.images().size()).sum();
        assertThat(imported.tally().imagesKept()).isEqualTo(images);
    }

    /// Missing images, images of which every object is invalid, and classes that `names=` drops do not move others.
    @Test
    void imagesThatCannotBeUsedLeaveTheOthersInTheirSplits() throws IOException {
        Path json = cocoOf(1000);
        Map<String, List<Path>> before = images(DatasetImport.checked(ImportRequest.of(json), options()).scans());
        List<Path> lost = List.of("04", "20").stream().map(name -> folder.resolve("images/" + name + ".png")).toList();
        for (Path image : lost) {
            Files.delete(image);
        }
        Path invalid = folder.resolve("images/10.png");
        Files.writeString(json, Files.readString(json).replace(box(10, 10, 3, "[1,1,5,5]"),
                box(10, 10, 3, "[1,1,-5,5]")));
        Map<String, List<Path>> expected = new TreeMap<>();
        before.forEach((split, paths) -> expected.put(split, paths.stream().filter(path -> !lost.contains(path)
                && !path.equals(invalid)).toList()));
        DatasetImport after = DatasetImport.checked(ImportRequest.of(json), options());
        assertThat(after.tally().imagesKept()).isEqualTo(before.values().stream().mapToLong(List::size).sum() - 3);
        assertThat(images(after.scans())).isEqualTo(expected);
        assertThat(images(checked(List.of("dog", "cat")).scans())).isEqualTo(expected);
        Dataset direct = DataSource.load(json, _ -> { });
        assertThat(images(Map.of("train", direct.train().scan(options()), "val", direct.val().scan(options()))))
                .isEqualTo(expected);
    }

    @Test
    void aSplitOfTheSourceWithoutImageFilesIsRefused() {
        for (String split : List.of("train", "val")) {
            text(folder.resolve("instances_" + split + ".json"), coco(List.of(entry(0, split + "0.png"),
                    entry(1, split + "1.png")), List.of(box(0, 0, 3, "[1,1,5,5]"))));
        }
        List.of("train0", "train1").forEach(name -> Sources.image(folder.resolve(name + ".png")));
        assertThatThrownBy(() -> checked(List.of())).isInstanceOf(DatasetException.class)
                .hasMessageContaining("split 'val' has no usable image left; 2 of the source: the image file was not "
                        + "found, such as val0.png").hasMessageContaining("ratio=");
    }

    @Test
    void imagesOfOneNameAreRefusedWithTheOptionThatNamesTheirFolder() {
        List.of("x", "y").forEach(name -> Sources.image(folder.resolve(name + "/a.png")));
        text(folder.resolve("z.json"), coco(List.of(entry(0, "a.png")), List.of(box(1, 0, 3, "[1,1,5,5]"))));
        assertThatThrownBy(() -> checked(List.of())).isInstanceOfSatisfying(DatasetException.class, failure ->
                assertThat(failure.remedy()).contains("images=")).hasMessageContaining("several image files have this");
    }

    @Test
    void aSplitWithoutUsableImageIsRefused() throws IOException {
        for (String name : List.of("a", "b")) {
            Sources.image(folder.resolve(name + ".png"));
            text(folder.resolve(name + ".xml"), voc(head(name + ".png"), object("cat", "1 1 9 9")));
        }
        Files.write(folder.resolve("a.png"), new byte[50]);
        assertThatThrownBy(() -> checked(List.of())).isInstanceOf(DatasetException.class)
                .hasMessageContaining("has no usable image left, such as " + folder.resolve("a.png"))
                .hasMessageContaining("seed=");
    }

    @Test
    void anImageWhoseObjectsCannotBeReadIsNoBackground() {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            images.add(entry(i, Sources.image(folder.resolve(i + ".png")).getFileName().toString()));
        }
        text(folder.resolve("instances.json"), coco(images, List.of(box(1, 0, 3, "[1,1,-5,5]"), // negative
                box(2, 1, 99, "[1,1,5,5]"), // unknown class
                box(3, 2, 3, "[NaN,1,5,5]"), box(4, 3, 3, "[900,1,5,5]"), box(5, 4, 3, "[1,1]"),
                box(6, 5, 3, "[1,1,9,9]").replace("\"iscrowd\":0", "\"iscrowd\":1"),
                box(7, 6, 3, "[1,1,0,9]"), box(8, 6, 3, "[1,1,9,9]"), box(9, 7, 7, "[1,1,9,9]"))));
        DatasetImport read = checked(List.of());
        Tally tally = read.tally();
        assertThat(droppedImages(tally)).isEqualTo(Map.of(DropReason.NO_USABLE_OBJECT, 6L));
        assertThat(tally.droppedImages().getFirst().example()).startsWith("0.png (in ").endsWith(
                "instances.json): negative width or height");
        assertThat(tally.imagesKept()).isEqualTo(3);
        assertThat(dropped(tally).values().stream().mapToLong(count -> count).sum()).isEqualTo(7);
        assertThat(read.scans().values().stream().mapToInt(SplitScan::backgrounds).sum()).isEqualTo(1);
    }

    @Test
    void imagesOfOneIdAreDroppedBecauseTheirObjectsAreUnknown() {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            images.add(entry(i == 4 ? 3 : i, Sources.image(folder.resolve(i + ".png")).getFileName().toString()));
        }
        images.add(entry(0, "0.png")); // the same entry once more
        text(folder.resolve("instances.json"), coco(images, List.of(box(1, 0, 3, "[1,1,5,5]"),
                box(2, 3, 3, "[1,1,5,5]"), box(3, 1, 3, "[1,1,5,5]"))));
        Tally tally = checked(List.of()).tally();
        assertThat(droppedImages(tally)).isEqualTo(Map.of(DropReason.AMBIGUOUS_ID, 2L, DropReason.REPEATED_IMAGE, 1L));
        assertThat(dropped(tally)).isEqualTo(Map.of(DropReason.OF_DROPPED_IMAGE, 1L));
        assertThat(tally.imagesKept()).isEqualTo(3);
        assertThat(tally.annotationsKept()).isEqualTo(2);
    }

    /// Otherwise the images would become a data set of backgrounds.
    @ParameterizedTest
    @CsvSource({"9, 3, '', of an image that the file does not list", "0, 3, dog, a class that names= does not list"})
    void aSourceOfWhichEveryAnnotationIsLostIsRefused(int image, int category, String names, String reason) {
        List<String> images = List.of(entry(0, "0.png"), entry(1, "1.png"), entry(2, "2.png"));
        List.of("0", "1", "2").forEach(name -> Sources.image(folder.resolve(name + ".png")));
        text(folder.resolve("x.json"), coco(images, List.of(box(1, image, category, "[1,1,5,5]"))));
        assertThatThrownBy(() -> checked(names.isEmpty() ? List.of() : List.of(names)))
                .isInstanceOf(DatasetException.class).hasMessageContaining("none of its 1 annotations can be used; 1: ")
                .hasMessageContaining(reason);
        text(folder.resolve("x.json"), coco(images, List.of()));
        assertThat(checked(List.of()).notes()).containsExactly(
                "no image has an object, so there is nothing to train on");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"imagePath":"%s","imageWidth":64,"imageHeight":48,"shapes":{"label":"cat"}} | false
            {"imagePath":"%s","imageWidth":64,"imageHeight":48,"shapes":null}            | true
            [{"image":"%s","annotations":"none"}]                                        | false
            [{"image":"%s","annotations":null}]                                          | true
            [{"data":{"image":"%s"},"annotations":[{"result":{"type":"x"}}]}]            | false
            [{"data":{"image":"%s"},"annotations":[{"result":[]}]}]                      | true
            """)
    void annotationsThatAreNoListAreLostObjects(String json, boolean background) {
        boolean many = json.startsWith("[");
        for (String name : List.of("a", "b")) {
            Sources.image(folder.resolve(name + ".png"));
        }
        text(folder.resolve("a.json"), many ? "[" + json.substring(1, json.length() - 1).formatted("a.png") + ","
                + json.substring(1, json.length() - 1).formatted("b.png") + "]" : json.formatted("a.png"));
        if (!many) {
            text(folder.resolve("b.json"), json.formatted("b.png"));
        }
        assertThatThrownBy(() -> checked(List.of())).isInstanceOf(DatasetException.class)
                .hasMessageContaining(background
                        ? "has no class: its annotations name none"
                        : "2: no annotation of its objects could be used");
    }

    @Test
    void aDamagedFileIsNotAnAbsentOneAndClassesThatDifferInCaseAreNoted() {
        for (String name : List.of("a", "b", "c", "d")) {
            Sources.image(folder.resolve(name + ".png"));
        }
        text(folder.resolve("a.xml"), "<annotation>");
        text(folder.resolve("b.xml"), voc(head("b.png"), object("cat", "1 1 9 9")));
        text(folder.resolve("c.xml"), voc(head("c.png"), object("Cat", "1 1 9 9")));
        assertThat(checked(List.of()).notes()).containsExactly("1 image has no annotation file and is not imported, "
                + "such as " + folder.resolve("d.png"), "the classes 'Cat', 'cat' differ in case only: if they are "
                + "one, rename them in the source");
    }

    @Test
    void namesWithControlCharactersStayOnOneLine() {
        List<String> images = List.of(entry(0, "0.png"), entry(1, "1.png"), entry(2, "a\\u001b[2Jb.png"));
        List.of("0", "1").forEach(name -> Sources.image(folder.resolve(name + ".png")));
        text(folder.resolve("x.json"), coco(images, List.of(box(1, 0, 3, "[1,1,5,5]")))
                .replace("\"cat\"", "\"wild\\n\\tcat\""));
        DatasetImport read = checked(List.of());
        assertThat(read.dataset().names()).containsExactly("wild cat", "dog");
        assertThat(read.tally().droppedImages().getFirst().example()).startsWith("a\ufffd[2Jb.png");
    }

    @Test
    void whatFollowsTheEndOfTheJsonIsAnError() {
        Path file = text(folder.resolve("x.json"), coco(List.of(), List.of()) + coco(List.of(), List.of()));
        assertThatThrownBy(() -> checked(List.of())).isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file + ":3:1: another value follows the end of the JSON");
    }

    @Test
    void classesThatNamesLeavesOutAreBackground() {
        for (String name : List.of("a", "b", "c")) {
            Sources.image(folder.resolve(name + ".png"));
            text(folder.resolve(name + ".xml"), voc(head(name + ".png"), object(name.equals("a") ? "cat" : "dog",
                    "1 1 9 9"), name.equals("c") ? object("cat", "9 9 1 1") : ""));
        }
        DatasetImport read = checked(List.of("cat"));
        assertThat(droppedImages(read.tally())).isEqualTo(Map.of(DropReason.NO_USABLE_OBJECT, 1L));
        assertThat(read.notes()).containsExactly("1 image has objects only of classes that names= does not list, and "
                + "is a background");
        assertThat(read.tally().imagesKept()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <tag label=*cat*/>                                              | 10
            <points label=*cat* points=*1,2*/>                              | 9
            <box label=*fox* xtl=*1*/>                                      | 9
            <box label=*cat* xtl=*1* ytl=*1* xbr=*9* ybr=*9* outside=*1*/>  | 10
            """)
    void tagsAndObjectsOutOfViewLeaveABackground(String shape, int kept) {
        String box = "<box label='cat' xtl='1' ytl='1' xbr='9' ybr='9'/>";
        StringBuilder xml = new StringBuilder("<annotations>");
        for (String name : "abcdefghij".split("")) {
            Sources.image(folder.resolve(name + ".png"));
            xml.append("<image name='%s.png' width='64' height='48'>%s</image>".formatted(name,
                    name.equals("c") ? shape.replace('*', '"') : box));
        }
        text(folder.resolve("annotations.xml"), xml + "</annotations>");
        assertThat(checked(List.of()).tally().imagesKept()).isEqualTo(kept);
    }
}

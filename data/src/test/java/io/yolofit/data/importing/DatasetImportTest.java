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
import io.yolofit.data.dataset.Label;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetImportTest {
    @TempDir
    private Path folder;

    private Path source() {
        return folder.resolve("source");
    }

    private ScanOptions options() {
        return ScanOptions.defaults().withCacheFolder(folder.resolve("cache"));
    }

    private DatasetImport read() {
        return DatasetImport.read(ImportRequest.of(source()));
    }

    private DatasetImport checked() {
        return DatasetImport.checked(ImportRequest.of(source()), options());
    }

    private static void addUp(DatasetImport read) {
        Map<String, SplitScan> scans = read.scans();
        Tally tally = read.tally();
        long dropped = tally.droppedAnnotations().stream().mapToLong(Tally.Dropped::count).sum();
        long kept = scans.values().stream().mapToLong(SplitScan::instances).sum();
        assertThat(tally.annotationsRead()).isEqualTo(kept + dropped);
        long images = scans.values().stream().mapToLong(scan -> scan.images().size()).sum();
        assertThat(tally.imagesRead()).isEqualTo(images
                + tally.droppedImages().stream().mapToLong(Tally.Dropped::count).sum());
    }

    @Test
    void everyDefectOfBoxesAndImagesIsCountedOnce() throws IOException {
        for (String name : List.of("a", "b", "c", "d", "e", "f", "rotated")) {
            Sources.image(source().resolve("images/" + name + ".jpg"));
        }
        byte[] whole = Files.readAllBytes(source().resolve("images/a.jpg"));
        Files.write(source().resolve("images/damaged.jpg"), Arrays.copyOf(whole, 60));
        List<String> images = List.of(entry(1, "a.jpg"), entry(2, "b.jpg"), entry(3, "c.jpg"), entry(4, "gone.jpg"),
                entry(5, "damaged.jpg"), entry(6, "a.jpg"),
                entry(8, "d.jpg"), entry(9, "e.jpg"), entry(10, "f.jpg"),
                "{\"id\":7,\"file_name\":\"rotated.jpg\",\"width\":48,\"height\":64}");
        List<String> boxes = List.of("[1,2,30,4]", "[1,2,30,4]", "[NaN,2,3,4]", "[1,2,-3,4]", "[1,2,0,4]",
                "[70,2,9,9]", "[60,40,50,50]", "[-5,-5,10,10]", "[1e999,0,1,1]");
        List<String> annotations = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            annotations.add(box(i, 1, 3, boxes.get(i)));
        }
        annotations.add(box(100, 6, 3, "[1,2,30,4]")); // the same image and box as annotation 0
        annotations.add(box(101, 6, 7, "[1,2,30,4]"));
        annotations.addAll(List.of(box(102, 4, 3, "[1,1,5,5]"), box(103, 5, 3, "[1,1,5,5]"),
                box(104, 7, 3, "[1,1,5,5]"),
                box(105, 2, 3, "[0,0,64,48]")));
        text(source().resolve("instances.json"), coco(images, annotations));

        DatasetImport read = checked();

        addUp(read);
        assertThat(dropped(read.tally())).isEqualTo(Map.of(DropReason.DUPLICATE, 2L, DropReason.NOT_FINITE, 2L,
                DropReason.NEGATIVE_SIZE, 1L, DropReason.NO_AREA, 1L, DropReason.OUTSIDE, 1L,
                DropReason.OF_DROPPED_IMAGE, 3L));
        assertThat(droppedImages(read.tally())).isEqualTo(Map.of(DropReason.MISSING_IMAGE, 1L,
                DropReason.REPEATED_IMAGE, 1L, DropReason.UNUSABLE_IMAGE, 2L));
        assertThat(read.tally().clipped()).isEqualTo(2);
        assertThat(read.tally().droppedImages().getLast().example()).containsAnyOf("damaged.jpg", "rotated.jpg");
        LabeledImage a = read.scans().values().stream().flatMap(scan -> scan.images().stream())
                .filter(image -> image.path().endsWith("a.jpg")).findFirst().orElseThrow();
        assertThat(a.labels()).containsExactly(label(0, 1, 2, 31, 6), label(0, 60, 40, 64, 48), label(0, 0, 0, 5, 5),
                label(1, 1, 2, 31, 6));
    }

    /// A label of an image of 64 x 48 pixels with six decimals.
    private static Label label(int category, double x1, double y1, double x2, double y2) {
        return Label.ofBox(category, decimals((x1 + x2) / 2 / 64), decimals((y1 + y2) / 2 / 48),
                decimals((x2 - x1) / 64), decimals((y2 - y1) / 48));
    }

    private static float decimals(double value) {
        return (float) (Math.rint(1e6 * value) / 1e6);
    }

    @Test
    void aResizedImageKeepsItsBoxesAndVocWithoutSizeIsMeasured() {
        Sources.image(source().resolve("a.png"), 96, 128); // annotated at half of its size
        Sources.image(source().resolve("b.png"));
        text(source().resolve("a.xml"), voc(head("a.png"), object("cat", "0 0 32 24")));
        text(source().resolve("b.xml"), voc("<filename>b.png</filename>", object("cat", "0 0 32 24")));
        DatasetImport read = checked();
        addUp(read);
        assertThat(read.scans().values()).allSatisfy(scan -> assertThat(scan.images().getFirst().labels())
                .containsExactly(Label.ofBox(0, 0.25f, 0.25f, 0.5f, 0.5f)));
    }

    @Test
    void namesChooseAndOrderTheClasses() {
        for (String name : List.of("a", "b")) {
            Sources.image(source().resolve(name + ".jpg"));
            text(source().resolve(name + ".xml"), voc(head(name + ".jpg"), object("zebra", "1 1 9 9"),
                    object("ape", "1 1 8 8"), object("fly", "1 1 7 7")));
        }
        assertThat(read().dataset().names()).containsExactly("ape", "fly", "zebra");
        DatasetImport chosen = DatasetImport.checked(new ImportRequest(source(), Optional.empty(), Optional.empty(), 0,
                false, List.of("zebra", "ape", "bee")), options());
        assertThat(chosen.dataset().names()).containsExactly("zebra", "ape", "bee");
        assertThat(chosen.notes()).containsExactly(
                "names= has 'bee', but no annotation; the source's classes are [ape, fly, zebra]");
        assertThat(dropped(chosen.tally())).isEqualTo(Map.of(DropReason.OTHER_CLASS, 2L));
        addUp(chosen);
    }

    @Test
    void splitsOfTheSourceAreKeptUnlessSharesAreGiven() {
        for (String split : List.of("train", "valid", "test")) {
            for (int i = 0; i < 4; i++) {
                Sources.image(source().resolve(split + "/" + i + ".jpg"));
            }
            text(source().resolve(split + "/_annotations.coco.json"), coco(List.of(entry(0, "0.jpg"), entry(1, "1.jpg"),
                    entry(2, "2.jpg"), entry(3, "3.jpg")), List.of(box(1, 0, 3, "[1,1,5,5]"))));
        }
        DatasetImport own = read();
        assertThat(own.splits()).isEqualTo("splits of the source");
        assertThat(own.dataset().split("test").images()).hasSize(4).allMatch(path -> path.startsWith(
                source().resolve("test")));
        DatasetImport divided = DatasetImport.read(new ImportRequest(source(), Optional.empty(),
                Optional.of(new SplitShares(0.5, 0.5, 0)), 0, false, List.of()));
        assertThat(divided.dataset().train().images()).hasSize(6);
        assertThat(divided.dataset().hasSplit("test")).isFalse();
    }

    @Test
    void aDataSetIsReadWhereItIsAndNothingIsWrittenThere() throws IOException {
        for (int i = 0; i < 5; i++) {
            Sources.image(source().resolve("images/" + i + ".jpg"));
        }
        Path json = text(source().resolve("annotations/instances.json"), coco(List.of(entry(0, "0.jpg"),
                entry(1, "1.jpg"), entry(2, "2.jpg"), entry(3, "3.jpg"), entry(4, "4.jpg")),
                List.of(box(1, 0, 3, "[1,1,5,5]"), box(2, 1, 7, "[1,1,5,5]"))));
        Map<String, Long> before = files(source());
        List<String> log = new ArrayList<>();
        Dataset dataset = DataSource.load(json, log::add);
        assertThat(dataset.train().scan(options()).images()).hasSize(4);
        assertThat(dataset.val().scan(options()).images()).hasSize(1);
        assertThat(dataset.train().scan(options()).fromCache()).isTrue();
        assertThat(log).hasSize(1).first().asString().contains("5 of 5 images, 2 of 2 annotations, 2 classes",
                "split 0.8,0.2 with seed 0, stratified by class");
        assertThat(files(source())).isEqualTo(before);
        assertThat(DataSource.isForeign(source())).isTrue();
        text(source().resolve("data.yaml"), "train: x");
        assertThat(DataSource.isForeign(source())).isFalse();
    }

    @Test
    void changedAnnotationsAreNotTakenFromTheScanCache() {
        Sources.image(source().resolve("a.jpg"));
        Sources.image(source().resolve("b.jpg"));
        List<String> images = List.of(entry(1, "a.jpg"), entry(2, "b.jpg"));
        Path json = text(source().resolve("x.json"), coco(images, List.of()));
        DataSource.load(json, _ -> { }).train().scan(options());
        text(json, coco(images, List.of(box(1, 1, 3, "[1,1,5,5]"), box(2, 2, 3, "[1,1,5,5]"))));
        assertThat(DataSource.load(json, _ -> { }).train().scan(options()).instances()).isEqualTo(1);
    }

    @Test
    void aSourceWithoutUsableImagesNamesTheReason() {
        text(source().resolve("x.json"), coco(List.of(entry(1, "gone.jpg")), List.of()));
        assertThatThrownBy(this::read).isInstanceOf(DatasetException.class).hasMessageContaining("gone.jpg")
                .hasMessageContaining("images=");
        Sources.image(source().resolve("gone.jpg"));
        assertThatThrownBy(this::read).hasMessageContaining("at least two are needed");
    }

    /// Sizes of all files by path.
    static Map<String, Long> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, Long> sizes = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(folder.relativize(file).toString(), Files.size(file) * 1000
                        + Files.getLastModifiedTime(file).toMillis() % 1000);
            }
            return sizes;
        }
    }
}

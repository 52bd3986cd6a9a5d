package io.yolofit.data.importing;

import static io.yolofit.data.formats.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.data.formats.Sources;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFolderTest {
    @TempDir
    private Path folder;

    private ScanOptions options() {
        return ScanOptions.defaults().withCacheFolder(folder.resolve("cache"));
    }

    private Map<String, SplitScan> scans(Dataset dataset) {
        Map<String, SplitScan> scans = new LinkedHashMap<>();
        Stream.of("train", "val", "test").filter(dataset::hasSplit).forEach(split ->
                scans.put(split, dataset.split(split).scan(options())));
        return scans;
    }

    private Dataset imported(ImportRequest request, String name, boolean link) throws IOException {
        DatasetImport read = DatasetImport.checked(request, options());
        DatasetFolder.write(read, "{}", new DatasetFolder.Place(folder.resolve(name), link, false));
        return Dataset.load(folder.resolve(name));
    }

    private static ImportRequest request(Path data, Dataset original) {
        return new ImportRequest(data, Optional.empty(), Optional.empty(), 0, false, original.names());
    }

    /// VOC files of a data set, next to links to its images, with the lists of its splits.
    private Path voc(Map<String, SplitScan> scans) throws IOException {
        Path root = folder.resolve("voc");
        Files.createDirectories(root.resolve("JPEGImages"));
        for (SplitScan scan : scans.values()) {
            StringBuilder list = new StringBuilder();
            for (LabeledImage image : scan.images()) {
                String name = scan.split() + "_" + image.path().getFileName();
                Files.createSymbolicLink(root.resolve("JPEGImages").resolve(name), image.path());
                String stem = name.substring(0, name.lastIndexOf('.'));
                list.append(stem).append('\n');
                String objects = image.labels().stream().map(label -> Sources.object(scan.names().get(label.category()),
                        corners(label, image))).collect(Collectors.joining());
                text(root.resolve("Annotations/" + stem + ".xml"), Sources.voc(("<filename>%s</filename><size><width>%d"
                        + "</width><height>%d</height></size>").formatted(name, image.width(), image.height()),
                        objects));
            }
            text(root.resolve("ImageSets/Main/" + scan.split() + ".txt"), list.toString());
        }
        return root;
    }

    private static String corners(Label label, LabeledImage image) {
        return Stream.of((label.centerX() - label.width() / 2.0) * image.width(),
                (label.centerY() - label.height() / 2.0) * image.height(),
                (label.centerX() + label.width() / 2.0) * image.width(),
                (label.centerY() + label.height() / 2.0) * image.height()).map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private void requireEqualLabels(Dataset dataset) throws IOException {
        Map<String, SplitScan> scans = scans(dataset);
        CocoExport.write(scans, dataset.file(), new DatasetFolder.Place(folder.resolve("coco"), true, false));
        Dataset fromCoco = imported(request(folder.resolve("coco/annotations"), dataset), "from-coco", true);
        Dataset fromVoc = imported(request(voc(scans), dataset), "from-voc", false);
        for (SplitScan scan : scans.values()) {
            for (Dataset copy : List.of(fromCoco, fromVoc)) {
                List<LabeledImage> images = copy.split(scan.split()).scan(options()).images();
                assertThat(images).hasSameSizeAs(scan.images());
                for (int i = 0; i < images.size(); i++) {
                    LabeledImage original = scan.images().get(i);
                    String name = original.path().getFileName().toString();
                    Path labels = copy.root().resolve("labels").resolve(scan.split()).resolve((copy == fromVoc
                            ? scan.split() + "_" : "") + name.substring(0, name.lastIndexOf('.')) + ".txt");
                    assertThat(Files.readString(labels)).isEqualTo(original.labels().stream().map(label ->
                            "%d %.6f %.6f %.6f %.6f\n".formatted(label.category(), label.centerX(), label.centerY(),
                                    label.width(), label.height())).collect(Collectors.joining()));
                }
            }
        }
    }

    @Test
    void cocoAndVocFormsOfAGeneratedSetGiveItsLabels() throws IOException {
        requireEqualLabels(Dataset.load(DemoDataset.create(folder.resolve("demo"), 12, 6, 96, 3)));
    }

    @Test
    void cocoAndVocFormsOfBccdGiveItsLabels() throws IOException {
        Path data = Path.of(System.getProperty("yolofit.shared", "../../shared"), "data", "bccd", "data.yaml");
        assumeTrue(Files.exists(data), "-Dyolofit.shared does not name the folder with data/bccd");
        requireEqualLabels(Dataset.load(data));
    }

    /// A COCO source of three images of one name in different folders, and one that differs in its extension.
    private Path source() {
        for (String name : List.of("a/1.jpg", "b/1.jpg", "b/1.png", "c/2.jpg")) {
            Sources.image(folder.resolve("source").resolve(name));
        }
        return text(folder.resolve("source/x.json"), Sources.coco(List.of(Sources.entry(1, "a/1.jpg"),
                Sources.entry(2, "b/1.jpg"), Sources.entry(3, "b/1.png"), Sources.entry(4, "c/2.jpg")),
                List.of(Sources.box(1, 1, 3, "[1,1,5,5]"), Sources.box(2, 2, 3, "[2,2,5,5]"),
                        Sources.box(3, 3, 3, "[3,3,5,5]"), Sources.box(4, 4, 3, "[4,4,5,5]"))));
    }

    @Test
    void imagesOfOneNameKeepTheirOwnLabels() throws IOException {
        Dataset dataset = imported(new ImportRequest(source(), Optional.empty(),
                Optional.of(new SplitShares(0.75, 0.25, 0)), 0, false, List.of()), "out", false);
        List<LabeledImage> images = scans(dataset).values().stream().flatMap(scan -> scan.images().stream()).toList();
        assertThat(images).hasSize(4).allMatch(image -> image.labels().size() == 1);
        assertThat(images.stream().map(image -> image.labels().getFirst()).distinct()).hasSize(4);
    }

    @Test
    void namesThatYamlWouldReadAsOtherTypesAreQuoted() throws IOException {
        Path json = source();
        text(json, Files.readString(json).replace("\"name\":\"dog\"", "\"name\":\"no\"").replace("\"name\":\"cat\"",
                "\"name\":\"12: \\\"x\\\" # y\""));
        assertThat(imported(ImportRequest.of(json), "out", true).names()).containsExactly("12: \"x\" # y", "no");
    }

    @Test
    void aFolderInUseIsRefusedAndTheSourceIsNeverChanged() throws IOException {
        Path json = source();
        Map<String, Long> before = DatasetImportTest.files(folder.resolve("source"));
        DatasetImport read = DatasetImport.checked(ImportRequest.of(json), options());
        Path out = folder.resolve("out");
        text(out.resolve("mine.txt"), "x");
        assertThatThrownBy(() -> DatasetFolder.write(read, "{}", new DatasetFolder.Place(out, false, false)))
                .hasMessageContaining("is not empty").hasMessageContaining("exist_ok=true");
        for (boolean twice : List.of(false, true)) {
            DatasetFolder.write(read, "{}", new DatasetFolder.Place(out, false, true));
            assertThat(out.resolve("mine.txt")).as("written twice: " + twice).hasContent("x");
        }
        Path foreign = folder.resolve("foreign");
        text(foreign.resolve("images/x.txt"), "x");
        assertThatThrownBy(() -> DatasetFolder.write(read, "{}", new DatasetFolder.Place(foreign, false, true)))
                .hasMessageContaining("was not written by an import");
        assertThatThrownBy(() -> DatasetFolder.write(read, "{}",
                new DatasetFolder.Place(folder.resolve("source"), false, true))).hasMessageContaining("has the source");
        assertThatThrownBy(() -> DatasetFolder.requireFree(new DatasetFolder.Place(folder.resolve("source/out"), false,
                false), folder.resolve("source"))).hasMessageContaining("give a folder outside");
        assertThat(DatasetImportTest.files(folder.resolve("source"))).isEqualTo(before);
        assertThat(foreign.resolve("images/x.txt")).hasContent("x");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("draft"));
        }
    }

    /// The images of the source are links into the folder that an earlier import has written, or the folder is a link.
    @Test
    void linksDoNotHideThatTheSourceIsInTheFolder() throws IOException {
        Path first = imported(ImportRequest.of(source()), "first", false).root();
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), first.resolve("images"));
        Path json = text(folder.resolve("second/x.json"), Sources.coco(List.of(Sources.entry(1, "2.jpg"),
                Sources.entry(2, "1.png")), List.of(Sources.box(1, 1, 3, "[1,1,5,5]"))));
        DatasetImport read = DatasetImport.checked(new ImportRequest(json, Optional.of(linked), Optional.empty(), 0,
                false, List.of()), options());
        assertThatThrownBy(() -> DatasetFolder.write(read, "{}", new DatasetFolder.Place(first, false, true)))
                .hasMessageContaining("has the source");
        Path inside = Files.createSymbolicLink(folder.resolve("inside"), folder.resolve("source"));
        assertThatThrownBy(() -> DatasetFolder.requireFree(new DatasetFolder.Place(inside.resolve("out"), false, false),
                folder.resolve("source"))).hasMessageContaining("give a folder outside");
    }

    @Test
    void anInterruptedImportLeavesNothing() throws IOException {
        DatasetImport read = DatasetImport.checked(ImportRequest.of(source()), options());
        Path out = folder.resolve("out");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> DatasetFolder.write(read, "{}", new DatasetFolder.Place(out, false, false)))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("cache", "source");
        }
    }

    @Test
    void polygonsAreExportedWithTheirArea() throws IOException {
        Path root = folder.resolve("polygons");
        Sources.image(root.resolve("images/train/a.jpg"));
        text(root.resolve("labels/train/a.txt"), "0 0.25 0.25 0.75 0.25 0.75 0.75\n");
        Dataset dataset = Dataset.load(text(root.resolve("data.yaml"),
                "train: images/train\nval: images/train\nnames: [x]\n"));
        CocoExport.write(scans(dataset), dataset.file(), new DatasetFolder.Place(folder.resolve("coco"), true, false));
        assertThat(folder.resolve("coco/annotations/instances_train.json")).content().contains(
                "\"segmentation\":[[16.0,12.0,48.0,12.0,48.0,36.0]]", "\"area\":384.0",
                "\"bbox\":[16.0,12.0,32.0,24.0]");
    }
}

package io.yolofit.data.check;

import static io.yolofit.data.formats.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.demo.DemoDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void createSet() throws IOException {
        DemoDataset.create(folder, 40, 10, 128, 6);
    }

    private DatasetCheck check(int imageSize) throws InterruptedException {
        return DatasetCheck.of(Dataset.load(folder), imageSize, ScanOptions.defaults()
                .withCacheFolder(folder.resolve("cache")), (_, _) -> { });
    }

    private static List<Finding> of(DatasetCheck check, String topic) {
        return check.findings().stream().filter(finding -> finding.topic().equals(topic)).toList();
    }

    @Test
    void aSoundSetPasses() throws InterruptedException {
        DatasetCheck check = check(640);
        assertThat(check.failed()).isFalse();
        assertThat(check.findings()).extracting(Finding::level).containsOnly(Finding.Level.OK);
        assertThat(check.duplicates()).isEmpty();
        assertThat(check.objects().objects()).isEqualTo(
                check.scans().stream().mapToLong(scan -> scan.instances()).sum());
    }

    @Test
    void aCopyOfATrainingImageInTheValidationSplitFails() throws IOException, InterruptedException {
        Files.copy(folder.resolve("images/train/shapes_00002.jpg"), folder.resolve("images/val/other.jpg"));
        text(folder.resolve("labels/val/other.txt"), "");
        DatasetCheck check = check(640);
        assertThat(check.failed()).isTrue();
        assertThat(of(check, "near-duplicates")).hasSize(1).first().extracting(Finding::what).asString()
                .contains("1 of 11 images in val look like images in train", "1 with the same content");
        assertThat(of(check, "near-duplicates").getFirst().files()).singleElement().asString()
                .contains("other.jpg and ", "shapes_00002.jpg, the same content");
        assertThat(check.duplicates()).hasSize(1);
    }

    @Test
    void objectsBelowTheStrideAreReportedWithTheSizeThatHelps() throws IOException, InterruptedException {
        for (int i = 0; i < 40; i++) {
            text(folder.resolve("labels/train/shapes_%05d.txt".formatted(i)), "0 0.5 0.5 0.05 0.05\n1 0.3 0.3 0.5 0.5\n"
                    + "2 0.6 0.6 0.5 0.5\n");
        }
        Finding small = of(check(128), "object sizes").getFirst();
        assertThat(small.level()).isEqualTo(Finding.Level.WARN);
        assertThat(small.what()).contains("of the objects are smaller than 8 px, the finest stride, at imgsz=128");
        assertThat(small.advice()).contains("P2 level");
        assertThat(of(check(256), "object sizes").getFirst().level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void absentAndRareClassesAreReported() throws IOException, InterruptedException {
        for (int i = 0; i < 40; i++) {
            text(folder.resolve("labels/train/shapes_%05d.txt".formatted(i)), "0 0.5 0.5 0.5 0.5\n" + (i == 0
                    ? "1 0.5 0.5 0.4 0.4\n" : ""));
        }
        List<Finding> findings = check(640).findings();
        assertThat(findings).anyMatch(finding -> finding.level() == Finding.Level.FAIL
                && finding.what().equals("no object in train of 'triangle'"));
        assertThat(findings).anyMatch(finding -> finding.what()
                .equals("fewer than 20 objects in train of 'square' (1)"));
        assertThat(findings).anyMatch(finding -> finding.what().contains("40 times as many objects of 'circle' (40)"));
    }

    @Test
    void unusableFilesFail() throws IOException, InterruptedException {
        text(folder.resolve("labels/train/shapes_00000.txt"), "7 0.5 0.5 0.5 0.5\n");
        Files.write(folder.resolve("images/train/shapes_00002.jpg"), new byte[10]);
        text(folder.resolve("labels/train/shapes_00004.txt"), "0 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.2 0.2\n");
        Files.delete(folder.resolve("labels/train/shapes_00006.txt"));
        List<Finding> files = of(check(640), "files of train");
        assertThat(files).extracting(Finding::level).contains(Finding.Level.FAIL, Finding.Level.WARN);
        assertThat(files.getFirst().what()).isEqualTo("2 problems");
        assertThat(files.getFirst().files()).hasSize(2).anyMatch(file -> file.contains("shapes_00000.txt:1: class 7"))
                .anyMatch(file -> file.contains("shapes_00002.jpg: "));
        assertThat(files).anyMatch(finding -> finding.what().contains("1 duplicate row"));
        assertThat(files).anyMatch(finding -> finding.what().contains("have no label file"));
    }

    @Test
    void aFindingAboutSeveralFilesNamesAllOfThem() throws IOException, InterruptedException {
        for (int i = 1; i < 26; i += 2) {
            Files.delete(folder.resolve("labels/train/shapes_%05d.txt".formatted(i)));
            text(folder.resolve("labels/train/other_%05d.txt".formatted(i)), "0 0.5 0.5 0.2 0.2\n");
        }
        List<Finding> findings = of(check(640), "files of train");
        Finding without = findings.stream().filter(finding -> finding.what().contains("have no label file")).findFirst()
                .orElseThrow();
        assertThat(without.files()).hasSize(13).contains(folder.resolve("images/train/shapes_00025.png").toString());
        Finding unused = findings.stream().filter(finding -> finding.what().contains("belong to no image")).findFirst()
                .orElseThrow();
        assertThat(unused.files()).hasSize(13).contains(folder.resolve("labels/train/other_00025.txt").toString());
    }

    @Test
    void manyObjectsInAnImageAreComparedWithTheLimitOfDetections() throws IOException, InterruptedException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 301; i++) {
            rows.append("0 %.3f %.3f 0.3 0.3%n".formatted(0.3 + i % 20 * 0.02, 0.3 + i / 20 * 0.02));
        }
        text(folder.resolve("labels/train/shapes_00000.txt"), rows.toString());
        Finding most = of(check(640), "objects per image").getFirst();
        assertThat(most.what()).contains("at most 301 objects", "shapes_00000");
        assertThat(most.advice()).contains("max_det=301");
    }
}

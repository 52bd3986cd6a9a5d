package io.yolofit.zoo.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleRuleTest {
    private static final String ROWS = "rows: [[-1, 1, Conv, [64, 3, 2]], [[0], 1, Detect, [nc]]]\n";
    private static final String SCALES = "scales: {n: [1, .25, 64], s: [1, .5, 64], m: [1, 1, 64], tiny: [1, 2, 64]}\n";

    @TempDir
    private Path folder;

    private Sized find(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return ArchitectureCatalog.find(Files.writeString(file, text).toString());
    }

    @ParameterizedTest
    @CsvSource({"yolov8m-custom.yaml,m", "yolov8m.yaml,m", "yolov8m.yml,m", "yolov8m_6classes.yaml,m", "yolo11s.yaml,s",
        "yolo-m-foo.yaml,m", "yolov8-m.yaml,m", "yolov8_s_mine.yaml,s", "my-yolov8m-p2.yaml,m", "YOLOv8M-custom.yaml,m",
        "yolov5mu.yaml,m", "yolov8-tiny.yaml,tiny", "yolov8tiny.yaml,tiny", "yolov8s6.yaml,s"})
    void letterInTheNameSelectsTheScale(String name, String scale) throws IOException {
        Sized sized = find(name, SCALES + ROWS);
        assertThat(sized.scale().name()).isEqualTo(scale);
        assertThat(sized.source()).isEqualTo(ScaleSource.FILE_NAME);
    }

    @ParameterizedTest
    @CsvSource({"mine.yaml", "m.yaml", "yolov8.yaml", "yolov8-p2.yaml", "yolov5u.yaml", "yolov8medium.yaml",
        "yolox.yaml", "yolov8-b-experiment.yaml", "yolov8m/mine.yaml"})
    void nameWithoutScaleSelectsTheFirstAndSaysSo(String name) throws IOException {
        Sized sized = find(name, SCALES + ROWS);
        assertThat(sized.scale().name()).isEqualTo("n");
        assertThat(sized.source()).isEqualTo(ScaleSource.FIRST);
        assertThat(Model.of(sized, 1).title()).endsWith(", scale n (the first, as none is named)");
    }

    @ParameterizedTest
    @CsvSource({"mine.yaml", "yolov8m-custom.yaml", "yolov8n-to-yolov8m.yaml"})
    void keyOfTheFileSelectsTheScale(String name) throws IOException {
        Sized sized = find(name, SCALES + "scale: m\n" + ROWS);
        assertThat(sized.scale().name()).isEqualTo("m");
        assertThat(Model.of(sized, 1).title()).isEqualTo(name + ", scale m (from the file's key 'scale')");
    }

    @Test
    void conflictOfNameAndKeyIsAnErrorThatNamesBoth() {
        assertThatThrownBy(() -> find("yolov8m-custom.yaml", SCALES + "scale: s\n" + ROWS))
                .isInstanceOf(ArchitectureException.class).hasMessageContaining("yolov8m-custom.yaml")
                .hasMessageContaining("name says scale 'm'").hasMessageContaining("key 'scale' says 's'");
    }

    @Test
    void keyMustBeAScaleOfTheFile() {
        assertThatThrownBy(() -> find("mine.yaml", SCALES + "scale: q\n" + ROWS))
                .isInstanceOf(ArchitectureException.class)
                .hasMessage("mine.yaml:2: 'scale' is 'q', but the file has the scales n, s, m, tiny");
    }

    @Test
    void nameWithTwoScalesIsAmbiguous() {
        assertThatThrownBy(() -> find("yolov8n-to-yolov8m.yaml", SCALES + ROWS))
                .isInstanceOf(ArchitectureException.class).hasMessageContaining("more than one scale: n, m");
    }

    @ParameterizedTest
    @CsvSource({"yolov8x-custom.yaml,x", "yolov8b.yaml,b"})
    void letterThatIsNoScaleOfTheFileIsAnError(String name, String letter) {
        assertThatThrownBy(() -> find(name, SCALES + ROWS)).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("name says scale '" + letter + "', but its scales are n, s, m, tiny");
        assertThatThrownBy(() -> find(name, "scales: {n: [1, 1, 64]}\n" + ROWS))
                .isInstanceOf(ArchitectureException.class).hasMessageContaining("but its scales are n");
    }

    @Test
    void onlyScaleNeedsNoSelection() throws IOException {
        assertThat(find("mine.yaml", "scales: {s: [1, 1, 64]}\n" + ROWS).source()).isEqualTo(ScaleSource.GIVEN);
        assertThat(find("yolov8m.yaml", "width_multiple: 0.5\n" + ROWS).scale().width()).isEqualTo(.5);
        assertThat(find("yolov8m.yaml", ROWS).scale()).isEqualTo(Scale.whole());
    }

    @Test
    void letterMayBeMissingInTheNameOfTheFileItself() throws IOException {
        find("yolov8-custom.yaml", SCALES + ROWS);
        Sized sized = ArchitectureCatalog.find(folder.resolve("yolov8m-custom.yaml").toString());
        assertThat(sized.scale().name()).isEqualTo("m");
        assertThat(sized.name()).isEqualTo("yolov8-custom.yaml");
        assertThatThrownBy(() -> ArchitectureCatalog.find(folder.resolve("yolov8q-custom.yaml").toString()))
                .isInstanceOf(ArchitectureException.class).hasMessageContaining("has no scale 'q'");
    }
}

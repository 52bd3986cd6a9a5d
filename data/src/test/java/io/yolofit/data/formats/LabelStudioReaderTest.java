package io.yolofit.data.formats;

import static io.yolofit.data.formats.Sources.dropped;
import static io.yolofit.data.formats.Sources.droppedImages;
import static io.yolofit.data.formats.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.dataset.DatasetException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Label Studio's own JSON: one case per kind of result and defect.
class LabelStudioReaderTest {
    private static final String SIZE = "\"original_width\":200,\"original_height\":100,\"image_rotation\":0,";

    @TempDir
    private Path folder;

    private RawSet read(String... tasks) {
        return AnnotationFiles.find(text(folder.resolve("project-3.json"), "[" + String.join(",\n", tasks) + "]"))
                .read(false);
    }

    /// A task with one annotation.
    private static String task(String image, String... results) {
        return "{\"id\":1,\"annotations\":[%s],\"file_upload\":\"x\",\"predictions\":[],\"data\":{\"image\":\"%s\"}}"
                .formatted(annotation("", results), image);
    }

    private static String annotation(String more, String... results) {
        return "{\"id\":5,\"completed_by\":1,%s\"result\":[%s]}".formatted(more, String.join(",", results));
    }

    private static String result(String type, String value) {
        return "{%s\"id\":\"r1\",\"from_name\":\"label\",\"to_name\":\"image\",\"type\":\"%s\",\"value\":{%s}}"
                .formatted(SIZE, type, value);
    }

    private static String rectangle(String more) {
        return result("rectanglelabels", "\"x\":10,\"y\":20.5,\"width\":30,\"height\":40,\"rectanglelabels\":[\"cat\"]"
                + more);
    }

    private RawObject only(String result) {
        RawSet set = read(task("a.jpg", result));
        assertThat(set.tally().droppedAnnotations()).isEmpty();
        assertThat(set.images().getFirst().objects()).hasSize(1);
        return set.images().getFirst().objects().getFirst();
    }

    @Test
    void percentBecomePixels() {
        RawSet set = read(task("/data/local-files/?d=photos/a.jpg", rectangle(",\"rotation\":0")));
        RawImage image = set.images().getFirst();
        assertThat(image).extracting(RawImage::name, RawImage::width, RawImage::height)
                .containsExactly("/data/local-files/?d=photos/a.jpg", 200, 100);
        assertThat(image.objects()).containsExactly(new RawObject("cat", 20, 20.5, 80, 60.5, "result 1"));
    }

    @Test
    void withoutTheSizeOfTheImageBoxesAreFractions() {
        RawSet set = read(task("a.jpg", rectangle("").replace(SIZE, ""), rectangle(",\"rotation\":5").replace(SIZE,
                "")));
        RawImage image = set.images().getFirst();
        assertThat(image.fractions()).isTrue();
        assertThat(image.objects().getFirst().x2()).isCloseTo(0.4, within(1e-12));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.MALFORMED, 1L));
    }

    @Test
    void rectanglesTurnAboutTheirTopLeftCorner() {
        RawObject box = only(rectangle(",\"rotation\":90"));
        assertThat(box.x1()).isCloseTo(20 - 40, within(1e-9));
        assertThat(box.y1()).isCloseTo(20.5, within(1e-9));
        assertThat(box.x2()).isCloseTo(20, within(1e-9));
        assertThat(box.y2()).isCloseTo(20.5 + 60, within(1e-9));
    }

    @Test
    void polygonsAndEllipsesBecomeTheirBounds() {
        assertThat(only(result("polygonlabels", "\"points\":[[10,10],[20,10],[15,30]],\"polygonlabels\":[\"dog\"]")))
                .isEqualTo(new RawObject("dog", 20, 10, 40, 30, "result 1"));
        RawObject ellipse = only(result("ellipselabels",
                "\"x\":50,\"y\":50,\"radiusX\":10,\"radiusY\":10,\"rotation\":90,\"ellipselabels\":[\"dog\"]"));
        assertThat(ellipse.x1()).isCloseTo(90, within(1e-9));
        assertThat(ellipse.y1()).isCloseTo(30, within(1e-9));
    }

    @Test
    void aTaskMayHaveSeveralResultsAndARegionSeveralLabels() {
        RawSet set = read(task("a.jpg", rectangle(""), result("choices", "\"choices\":[\"sunny\"]"),
                result("textarea", "\"text\":[\"a note\"]"), result("keypointlabels",
                        "\"x\":1,\"y\":2,\"width\":0.5,\"keypointlabels\":[\"nose\"]"), result("brushlabels",
                        "\"format\":\"rle\",\"rle\":[0,1],\"brushlabels\":[\"cat\"]"), result("rectanglelabels",
                        "\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"rectanglelabels\":[\"cat\",\"animal\"]"),
                result("rectangle", "\"x\":1,\"y\":2,\"width\":3,\"height\":4"), result("labels",
                        "\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"labels\":[\"cow\"]"),
                "{\"from_id\":\"a\",\"to_id\":\"b\",\"type\":\"relation\"}"));
        assertThat(set.images().getFirst().objects()).extracting(RawObject::category)
                .containsExactly("cat", "cat", "animal", "cow");
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.NO_REGION, 2L,
                DropReason.OF_WHOLE_IMAGE, 3L, DropReason.UNKNOWN_CLASS, 1L));
        assertThat(set.tally().annotationsRead()).isEqualTo(10);
        assertThat(set.tally().annotationsKept()).isEqualTo(4);
    }

    @Test
    void oneAnnotationOfATaskIsUsed() {
        String two = "{\"annotations\":[%s,%s],\"data\":{\"image\":\"a.jpg\"},\"predictions\":[{\"result\":[]}]}";
        RawSet last = read(two.formatted(annotation("", rectangle("")), annotation("", rectangle(""), rectangle(""))));
        assertThat(last.images().getFirst().objects()).hasSize(2);
        assertThat(dropped(last.tally())).isEqualTo(Map.of(DropReason.OTHER_ANNOTATION, 1L));
        assertThat(last.notes()).singleElement().asString().endsWith("1 predictions of models are not read");

        RawSet truth = read(two.formatted(annotation("\"ground_truth\":true,", rectangle("")), annotation("")));
        assertThat(truth.images().getFirst().objects()).hasSize(1);

        RawSet skipped = read(two.formatted(annotation("", rectangle("")),
                annotation("\"was_cancelled\":true,", rectangle(""), rectangle(""))));
        assertThat(skipped.images().getFirst().objects()).hasSize(1);
        assertThat(dropped(skipped.tally())).isEqualTo(Map.of(DropReason.OTHER_ANNOTATION, 2L));
    }

    @Test
    void tasksWithoutFinishedAnnotationOrImageAreDropped() {
        RawSet set = read("{\"annotations\":[],\"data\":{\"image\":\"a.jpg\"}}",
                "{\"annotations\":[" + annotation("\"was_cancelled\":true,", rectangle(""))
                        + "],\"data\":{\"image\":\"b.jpg\"}}",
                task("", rectangle("")), task("c.jpg"), "7");
        assertThat(set.images()).extracting(RawImage::name).containsExactly("c.jpg");
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.NOT_ANNOTATED, 2L,
                DropReason.UNNAMED_IMAGE, 2L));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.OF_DROPPED_IMAGE, 2L));
        assertThat(set.tally().imagesRead()).isEqualTo(5);
    }

    @Test
    void theImageMayHaveAnotherName() {
        String other = task("x", rectangle("")).replace("\"image\":\"x\"",
                "\"title\":\"a photo\",\"img\":\"s3://bucket/a%20b.png\"");
        assertThat(read(other).images().getFirst().name()).isEqualTo("s3://bucket/a%20b.png");
    }

    @Test
    void malformedResultsAreDropped() {
        RawSet set = read(task("a.jpg", rectangle("").replace("\"x\":10", "\"x\":\"10\""),
                rectangle("").replace("\"width\":30,", ""), rectangle("").replace("[\"cat\"]", "[]"),
                rectangle("").replace("\"image_rotation\":0", "\"image_rotation\":90"),
                result("polygonlabels", "\"points\":[],\"polygonlabels\":[\"dog\"]"),
                "{\"type\":\"rectanglelabels\"}", "3", rectangle("").replace("\"x\":10", "\"x\":NaN")));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.MALFORMED, 3L, DropReason.UNKNOWN_CLASS, 2L,
                DropReason.ROTATED_VIEW, 1L, DropReason.OF_WHOLE_IMAGE, 1L));
        assertThat(set.images().getFirst().objects()).singleElement().extracting(RawObject::x1).isEqualTo(Double.NaN);
    }

    @Test
    void aTruncatedFileIsRefusedWithItsPlace() {
        Path file = text(folder.resolve("project.json"), "[" + task("a.jpg", rectangle("")) + ",\n{\"id\":2,\"anno");
        assertThatThrownBy(() -> AnnotationFiles.find(file).read(false)).isInstanceOf(DatasetException.class)
                .hasMessageContaining("project.json:2:").hasMessageContaining("ends in the middle");
    }

    @Test
    void theShortFormIsRefused() {
        for (String task : List.of("{\"image\":\"a.jpg\",\"id\":1,\"label\":[],\"annotator\":1,\"annotation_id\":1}",
                "{\"id\":1,\"image\":\"a.jpg\",\"lead_time\":3}")) {
            assertThatThrownBy(() -> read(task)).isInstanceOf(DatasetException.class).hasMessageContaining("JSON-MIN");
        }
    }
}

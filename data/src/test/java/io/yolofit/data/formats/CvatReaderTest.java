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

/// "CVAT for images 1.1": one case per shape and defect.
class CvatReaderTest {
    @TempDir
    private Path folder;

    private RawSet read(String images) {
        return document("""
                <?xml version="1.0" encoding="utf-8"?>
                <annotations>
                  <version>1.1</version>
                  <meta><task><id>7</id><name>a task</name><labels>
                    <label><name>dog</name><color>#ff0000</color><type>any</type><attributes><attribute>
                      <name>breed</name><input_type>text</input_type><values></values></attribute></attributes></label>
                    <label><name>cat</name><attributes/></label>
                    <label><name>body</name><type>skeleton</type></label>
                    <label><name>nose</name><type>points</type><parent>body</parent></label>
                  </labels></task><dumped>2026-11-29</dumped></meta>
                """ + images + "</annotations>\n");
    }

    private RawSet document(String xml) {
        return AnnotationFiles.find(text(folder.resolve("annotations.xml"), xml)).read(false);
    }

    private static String image(String name, String... shapes) {
        return "<image id=\"0\" name=\"%s\" width=\"64\" height=\"48\">%s</image>\n".formatted(name,
                String.join("\n", shapes));
    }

    private static String box(String label, String more) {
        return "<box label=\"%s\" xtl=\"10.50\" ytl=\"11.00\" xbr=\"20.00\" ybr=\"22.25\" %s></box>".formatted(label,
                more);
    }

    private List<RawObject> objects(String... shapes) {
        RawSet set = read(image("a.jpg", shapes));
        assertThat(set.tally().droppedAnnotations()).isEmpty();
        assertThat(set.tally().annotationsRead()).isEqualTo(shapes.length);
        return set.images().getFirst().objects();
    }

    @Test
    void boxesArePixelsAndClassesHaveTheOrderOfTheLabels() {
        RawSet set = read(image("day 1/a.jpg", box("cat", "source=\"manual\" occluded=\"0\" z_order=\"0\"")));
        assertThat(set.order()).containsExactly("dog", "cat", "body");
        RawImage image = set.images().getFirst();
        assertThat(image).extracting(RawImage::name, RawImage::width, RawImage::height, RawImage::split)
                .containsExactly("day 1/a.jpg", 64, 48, "");
        assertThat(image.objects()).containsExactly(new RawObject("cat", 10.5, 11, 20, 22.25, "shape 1"));
    }

    @Test
    void shapesBecomeTheirBounds() {
        assertThat(objects("<polygon label=\"cat\" points=\"5.0,6.0;9.5,6.0;7,12\"/>",
                "<mask label=\"cat\" rle=\"3, 2, 1\" left=\"4\" top=\"5\" width=\"6\" height=\"7\"/>",
                "<ellipse label=\"dog\" cx=\"30\" cy=\"20\" rx=\"8\" ry=\"4\"/>",
                "<cuboid label=\"dog\" xtl1=\"1\" ytl1=\"2\" xbl1=\"1\" ybl1=\"9\" xtr1=\"5\" ytr1=\"2\" xbr1=\"5\" "
                        + "ybr1=\"9\" xtl2=\"3\" ytl2=\"1\" xbl2=\"3\" ybl2=\"8\" xtr2=\"7\" ytr2=\"1\" xbr2=\"7\" "
                        + "ybr2=\"8\"/>")).containsExactly(new RawObject("cat", 5, 6, 9.5, 12, "shape 1"),
                new RawObject("cat", 4, 5, 10, 12, "shape 2"), new RawObject("dog", 22, 16, 38, 24, "shape 3"),
                new RawObject("dog", 1, 1, 7, 9, "shape 4"));
    }

    @Test
    void rotatedBoxesAndEllipsesTurnAboutTheirCenter() {
        List<RawObject> objects = objects(
                "<box label=\"cat\" xtl=\"10\" ytl=\"10\" xbr=\"30\" ybr=\"20\" rotation=\"90.00\"/>",
                "<ellipse label=\"cat\" cx=\"20\" cy=\"15\" rx=\"10\" ry=\"5\" rotation=\"90.00\"/>");
        for (RawObject object : objects) {
            assertThat(object.x1()).isCloseTo(15, within(1e-9));
            assertThat(object.y1()).isCloseTo(5, within(1e-9));
            assertThat(object.x2()).isCloseTo(25, within(1e-9));
            assertThat(object.y2()).isCloseTo(25, within(1e-9));
        }
    }

    @Test
    void occludedShapesAreKeptAndThoseOutsideTheViewDropped() {
        RawSet set = read(image("a.jpg", box("cat", "occluded=\"1\""), box("dog", "outside=\"1\""), """
                <skeleton label="body" occluded="0">
                  <points label="nose" outside="0" points="10.00,20.00"><attribute name="seen">yes</attribute></points>
                  <points label="tail" outside="1" points="60.00,40.00"/>
                  <points label="paw" outside="0" points="14.00,30.00"/></skeleton>""", """
                <skeleton label="body"><points label="nose" outside="1" points="10.00,20.00"/></skeleton>"""));
        assertThat(set.images().getFirst().objects()).extracting(RawObject::category).containsExactly("cat", "body");
        assertThat(set.images().getFirst().objects().getLast()).isEqualTo(
                new RawObject("body", 10, 20, 14, 30, "shape 3"));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.OUT_OF_VIEW, 2L));
        assertThat(set.notes()).hasSize(2).anyMatch(note -> note.endsWith("1 kept object is marked occluded"))
                .anyMatch(note -> note.endsWith("attributes are not imported: seen"));
    }

    @Test
    void attributesAreNamedInANote() {
        RawSet set = read(image("a.jpg", box("dog", "").replace("></box>", "><attribute name=\"breed\">a &lt;b&gt;"
                + "</attribute><attribute name=\"age\"/></box>")));
        assertThat(set.images().getFirst().objects()).hasSize(1);
        assertThat(set.notes()).singleElement().asString().endsWith("attributes are not imported: breed, age");
    }

    @Test
    void shapesWithoutBoxLabelOrNumbersAreDropped() {
        RawSet set = read(image("a.jpg", "<tag label=\"cat\" source=\"manual\"/>",
                "<points label=\"cat\" points=\"1,2\"/>", "<polyline label=\"cat\" points=\"1,2;3,4\"/>",
                box("", ""), box("horse", ""), "<box label=\"cat\" xtl=\"1\" ytl=\"2\" xbr=\"3\"/>",
                "<box label=\"cat\" xtl=\"1\" ytl=\"x\" xbr=\"3\" ybr=\"4\"/>", box("cat", "rotation=\"left\""),
                "<polygon label=\"cat\" points=\"1,2;3,\"/>", "<polygon label=\"cat\"/>",
                "<blob label=\"cat\" points=\"1,2;3,4\"/>", box("cat", "")));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.NO_REGION, 2L, DropReason.OF_WHOLE_IMAGE, 1L,
                DropReason.UNKNOWN_CLASS, 2L, DropReason.MALFORMED, 6L));
        assertThat(set.tally().annotationsRead()).isEqualTo(12);
        assertThat(set.tally().annotationsKept()).isEqualTo(1);
        assertThat(set.tally().droppedAnnotations().getFirst().example()).contains("annotations.xml:", "a.jpg, box");
    }

    @Test
    void anInvertedOrInfiniteBoxIsLeftToTheConversion() {
        RawSet set = read(image("a.jpg", "<box label=\"cat\" xtl=\"9\" ytl=\"2\" xbr=\"3\" ybr=\"4\" rotation=\"5\"/>",
                "<box label=\"cat\" xtl=\"NaN\" ytl=\"2\" xbr=\"3\" ybr=\"4\"/>"));
        assertThat(set.images().getFirst().objects().getFirst()).isEqualTo(
                new RawObject("cat", 9, 2, 3, 4, "shape 1"));
        assertThat(set.images().getFirst().objects().getLast().x1()).isNaN();
    }

    @Test
    void imagesOfProjectsHaveTheirSubset() {
        RawSet set = read("<image id=\"0\" name=\"a.jpg\" subset=\"Train\" task_id=\"1\" width=\"64\" height=\"48\"/>"
                + "<image id=\"0\" name=\"b.jpg\" subset=\"Validation\" task_id=\"2\" width=\"0\" height=\"x\"/>"
                + "<image id=\"0\" name=\"c.jpg\" subset=\"default\" task_id=\"3\"/>");
        assertThat(set.images()).extracting(RawImage::split).containsExactly("train", "val", "");
        assertThat(set.images()).extracting(RawImage::hasSize).containsExactly(true, false, false);
    }

    @Test
    void anImageWithoutNameIsDroppedWithItsShapes() {
        RawSet set = read("<image id=\"0\" width=\"64\" height=\"48\">" + box("cat", "") + "</image>");
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.UNNAMED_IMAGE, 1L));
        assertThat(dropped(set.tally())).isEqualTo(Map.of(DropReason.OF_DROPPED_IMAGE, 1L));
    }

    @Test
    void damagedFilesAreRefusedWithTheirPlace() {
        for (String xml : List.of("<annotations>\n<image name=\"a\"><box></image></annotations>",
                "<annotations>\n<image name=\"a\">", "<annotations>\n<meta><label><name>x", "<annotations>\n&e;")) {
            assertThatThrownBy(() -> document(xml)).as(xml).isInstanceOf(DatasetException.class)
                    .hasMessageContaining("annotations.xml:2:").hasMessageContaining("export the task again");
        }
    }

    @Test
    void documentTypesAreRefused() {
        RawSet set = document("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><annotations>"
                + "<image name=\"&e;\"/></annotations>");
        assertThat(set.images()).isEmpty();
        assertThat(droppedImages(set.tally())).isEqualTo(Map.of(DropReason.DAMAGED_FILE, 1L));
    }

    @Test
    void theFormatForVideosIsRefusedWithTheOneToUse() {
        assertThatThrownBy(() -> read("<track id=\"0\" label=\"cat\"><box frame=\"0\" outside=\"0\"/></track>"))
                .isInstanceOf(DatasetException.class).hasMessageContaining("CVAT for images");
    }
}
